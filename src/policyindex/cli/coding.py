"""The commands from coders to a release; they read their files themselves."""

from __future__ import annotations

import errno
import os
from argparse import Namespace
from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pandas as pd

from .. import coding, countries, datasets
from .._options import Argument
from .._wording import counted, listed, printable, quoted
from ..codebooks.model import Codebook
from ..coding.evidence import findings_of
from ..coding.folders import CODEBOOK, as_reading, is_release
from ..coding.grounds import evidence_in, refuse_other_levels, states_grounds
from ..panel.check import PanelError
from ..panel.evidence import FINAL, empty_evidence
from ..panel.labels import carry
from ..reading.files import Reading, read, read_scores
from ..reading.findings import findings_in, table_of, warn_of
from ..reliability import coders
from ..writing import ending_of, write_table
from .arguments import refuse_options, with_flag
from .commands import Answer, Message, codebook_named, content_of


def template(options: Namespace) -> Answer | str | bytes:
    """Write the workbook in which a coder codes countries and years."""
    codebook = codebook_named(options.codebook)
    if options.previous is not None and is_release(options.previous):
        source = coding.read_release(options.previous)
        previous: pd.DataFrame | None = source.codings
        codebook = source.codebook if options.codebook is None else codebook
    else:
        previous = None if options.previous is None else _codings(options.previous, codebook)
    units, years = _units(options, previous), _years(options, previous)

    def to_file(path: str) -> None:
        coding.template(
            path,
            codebook,
            units,
            years,
            options.coder,
            previous=previous,
            layout=options.layout,
            kind=options.kind,
            overwrite=options.overwrite,
        )

    if options.output == "-":
        return content_of(to_file, "workbook.xlsx")
    to_file(options.output)
    n = counted(len(codebook.indicators), "indicator", "indicators")
    return printable(f"{options.output}: the workbook of {options.coder}, {n} of {codebook.title}")


def _units(options: Namespace, previous: pd.DataFrame | None) -> list[str]:
    """Return the countries that are named, or else those coded before."""
    units = list(options.country or ())
    if options.region is not None:
        members = countries._members(options.region)
        if not members:
            raise ValueError(
                f"--region must be a region of the United Nations or the World Bank; got "
                f"{quoted(options.region)}"
            )
        units += members
    if units:
        return units
    if previous is None:
        raise ValueError(
            "template needs countries: --country NAME, --region NAME or --previous FILE"
        )
    return list(previous.index.unique("country"))


def _years(options: Namespace, previous: pd.DataFrame | None) -> list[int]:
    """Return the years that are named, or else the one after the last that was coded before."""
    if options.year:
        return list(options.year)
    if previous is None or previous.empty:
        raise ValueError("template needs years: --year YEAR, or --previous FILE")
    return [int(previous.index.unique("year").max()) + 1]


def _codings(file: str, codebook: Codebook) -> pd.DataFrame:
    """Return the codings of a file of one coder."""
    if file == "demo":
        return datasets.load_demo()
    codings = coding.read_workbook(file, codebook).codings
    if len(codings) != 1:
        raise PanelError(
            f"{file} must hold the codings of one coder; it names {listed(codings)}; settle them "
            f"first, with adjudicate and settle"
        )
    return next(iter(codings.values()))


def agreement(options: Namespace) -> Answer:
    """Compute how far coders agree on each indicator."""
    workbook = _of_coders(options.files, codebook_named(options.codebook), may_be_scores=True)
    table = coders.agreement(
        workbook.codings,
        metric=options.metric,
        kappa_weights=options.kappa_weights,
        cluster=options.cluster,
    )
    names = listed(workbook.codings)
    summary = f"Agreement of {names} on {counted(len(table), 'indicator', 'indicators')}."
    units = {"country": "countries", "row": "country-years"}[options.cluster]
    assumption = f"Intervals: 95 %, over samples of {units}, which are taken to be independent."
    notes = [*_notes(workbook.findings), *_without_interval(table)]
    status = int((workbook.findings["lost"] > 0).any())
    return Answer(table, summary, None, notes, assumption, has_message=True, status=status)


def _without_interval(table: pd.DataFrame) -> list[str]:
    """Return, for each reason, the indicators that have no interval."""
    by_reason: dict[str, list[str]] = {}
    for name, note in table.attrs.get("notes", {}).items():
        by_reason.setdefault(note.partition(": ")[2], []).append(name)
    return [
        f"no interval for {listed(names, most=4)}: {reason}" for reason, names in by_reason.items()
    ]


def adjudicate(options: Namespace) -> Message:
    """Write the workbook in which a senior coder decides where coders differ."""
    codebook = codebook_named(options.codebook)
    _refuse_releases(options.files)
    workbook = _of_coders(options.files, codebook)

    def to_file(path: str) -> coding.Adjudication:
        return coding.adjudicate(
            workbook.codings,
            path,
            codebook=codebook,
            evidence=workbook.evidence,
            overwrite=options.overwrite,
        )

    content = (
        content_of(to_file, "decisions.xlsx")
        if options.output == "-"
        else printable(f"{options.output}: {to_file(options.output)}")
    )
    has_losses = (workbook.findings["lost"] > 0).any()
    return Message(content, _notes(workbook.findings), int(has_losses))


def settle(options: Namespace) -> Answer:
    """Settle the codings by the decisions of a senior coder."""
    outputs = [options.output, options.decisions_to, options.evidence_to]
    _check_outputs(outputs, [options.decisions, *options.files])
    codebook = codebook_named(options.codebook)
    _refuse_releases([options.decisions, *options.files])
    workbook = _of_coders(options.files, codebook)
    settlement = coding.settle(
        options.decisions, workbook.codings, codebook=codebook, evidence=workbook.evidence
    )
    for table, path in (
        (settlement.decisions, options.decisions_to),
        (settlement.evidence, options.evidence_to),
    ):
        if path is not None:
            write_table(table, path, codebook=codebook)
    notes = [*_notes(workbook.findings), *_notes(settlement.findings)]
    lost = any((table["lost"] > 0).any() for table in (workbook.findings, settlement.findings))
    summary = str(settlement)
    return Answer(settlement.codings, summary, None, notes, has_message=True, status=int(lost))


def _check_outputs(outputs: Iterable[str | None], files: Iterable[str]) -> None:
    """Refuse outputs of one command that cannot all be written, before any of them is."""
    paths = [path for path in outputs if path is not None and path != "-"]
    inputs = {Path(file).resolve() for file in files}
    targets: set[Path] = set()
    for path in paths:
        target = Path(path).resolve()
        if target in inputs:
            raise ValueError(f"{path} is an input file; choose another name for the output")
        if target in targets:
            raise ValueError(f"each table must have a file of its own; {path} is named twice")
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        ending_of(path)
        targets.add(target)


def _notes(findings: pd.DataFrame) -> list[str]:
    return [with_flag(finding) for finding in findings_in(findings)]


def _of_coders(
    files: Sequence[str], codebook: Codebook, *, may_be_scores: bool = False
) -> coding.Workbook:
    """Return the codings, the evidence and the findings of all files together."""
    parts = [_of_file(file, codebook, may_be_scores=may_be_scores) for file in files]
    codings: dict[str, pd.DataFrame] = {}
    for file, part in zip(files, parts, strict=True):
        repeated = [coder for coder in part.codings if coder in codings]
        if repeated:
            raise PanelError(
                f"two files must not be of the same coder; {file} is of {listed(repeated)}, and so "
                f"is another; name the coders in the files, or rename the files"
            )
        codings |= part.codings
    if len(codings) < 2:
        raise PanelError(
            f"the files must hold the codings of two or more coders; they name {listed(codings)} "
            f"alone; name the files of the others too"
        )
    empty = [coder for coder, panel in codings.items() if panel.isna().all(axis=None)]
    if empty:
        raise PanelError(
            f"each coder must have coded something; {listed(empty)} has no level in any row; fill "
            f"in the column Level, or leave the file out"
        )
    findings = [
        part.findings.assign(finding=[f"{file}: {each}" for each in part.findings["finding"]])
        for file, part in zip(files, parts, strict=True)
    ]
    evidence = pd.concat([part.evidence for part in parts]).sort_index()
    return coding.Workbook(codings, evidence, pd.concat(findings, ignore_index=True))


def _refuse_releases(files: Iterable[str]) -> None:
    """Refuse the folder of a release, whose codings are those of no single coder."""
    for file in filter(is_release, files):
        raise ValueError(
            f"the files must be workbooks; {file} is a release, whose codings are settled; name "
            f"the workbooks of the coders and that of the decisions"
        )


def _of_release(path: str, codebook: Codebook) -> coding.Workbook:
    """Return the codings of a release as those of one coder, who has its name."""
    source = coding.read_release(path)
    if source.codebook.rules != codebook.rules:
        raise PanelError(
            f"the files must have codings by the codebook {codebook.rules}; the release {path} "
            f"has the codebook {source.codebook.rules}; pass",
            Argument("codebook", str(Path(path, CODEBOOK))),
        )
    return coding.Workbook({source.name: source.codings}, empty_evidence(), table_of([]))


def _of_file(file: str, codebook: Codebook, *, may_be_scores: bool) -> coding.Workbook:
    """Return the codings of a file, or its scores."""
    if is_release(file):
        return _of_release(file, codebook)
    try:
        return coding.read_workbook(file, codebook)
    except PanelError:
        if not may_be_scores or file == "-":
            raise
        try:
            scores = read_scores(file, codebook=codebook).drop(columns="overall")
        except ValueError:
            scores = pd.DataFrame()
        if scores.empty:
            raise  # the file holds neither: it is refused as a workbook
        return coding.Workbook({Path(file).stem: scores}, empty_evidence(), table_of([]))


def release(options: Namespace) -> str:
    """Write codings, and the scores that they make, as the folder of a release."""
    if options.output == "-":
        raise ValueError("a release is a folder; name one with -o")
    source, evidence = _coded(options)
    if options.evidence:
        evidence = _evidence(options, source)
    if options.source:
        source = source._replace(panel=carry(source.panel, source=options.source))
    answer = coding.release(
        source,
        options.output,
        name=options.release,
        codebook=source.codebook,
        evidence=evidence,
        previous=options.previous,
        authors=options.author or (),
        date=options.date,
        license_id=options.license,
        formats=options.formats,
        overwrite=options.overwrite,
    )
    return printable(f"{options.output}: {answer} {len(answer.files) + 1} files.")


def _coded(options: Namespace) -> tuple[Reading, pd.DataFrame | None]:
    """Return the codings of a file, and their evidence if it holds any."""
    codebook = codebook_named(options.codebook)
    if options.file == "demo" and not Path("demo").is_file():
        demo = datasets.load_demo()
        return as_reading(demo, codebook), None
    if is_release(options.file):
        named = {"--codebook": options.codebook, "--kind": options.kind}
        refuse_options(options.file, [flag for flag, value in named.items() if value is not None])
        source = coding.read_release(options.file)
        return as_reading(source.codings, source.codebook), source.evidence
    workbook = coding.read_workbook(options.file, codebook, kind=options.kind)
    evidence = workbook.evidence[states_grounds(workbook.evidence)]
    names = list(workbook.codings)
    if _is_plain(workbook):
        # A table without evidence is read as by all other commands, with its provenance.
        with suppress(PanelError):
            return read(options.file, holds="codings", codebook=codebook, kind=options.kind), None
    if not options.with_losses:
        _refuse_losses(workbook, options.file)
    if len(names) > 1 and FINAL not in names:
        raise PanelError(
            f"a release needs the codings of one coder, or settled ones; {options.file} has those "
            f"of {listed(names)}; settle them first, with adjudicate and settle"
        )
    panel = workbook.codings[FINAL if FINAL in names else names[0]]
    return as_reading(panel, codebook), evidence


def _evidence(options: Namespace, source: Reading) -> pd.DataFrame:
    """Return the evidence of another file, or refuse it for the codings of a release."""
    if is_release(options.evidence):
        return coding.read_release(options.evidence).evidence
    evidence, workbook = evidence_in(options.evidence, source.codebook)
    if workbook is not None and not options.with_losses:
        _refuse_losses(workbook, options.evidence)
    warn_of(findings_of(evidence, workbook), options.evidence, stacklevel=1)
    if workbook is not None:
        refuse_other_levels(evidence, workbook, source.panel, source.codebook)
    if not states_grounds(evidence).any():
        raise PanelError(
            f"{options.evidence} must have evidence, such as reports, pages or quotations; it has "
            f"none; name the evidence that settle wrote, or drop --evidence"
        )
    return evidence


def _refuse_losses(workbook: coding.Workbook, file: str) -> None:
    """Refuse a file of which a cell could not be read."""
    losses = [with_flag(one) for one in findings_in(workbook.findings) if one.lost]
    if losses:
        n = counted(len(losses), "finding", "findings")
        raise PanelError(
            f"a release must hold every coding of {file}; {n} with a loss, the first: "
            f"{losses[0]}; correct the file, or release it --with-losses"
        )


def _is_plain(workbook: coding.Workbook) -> bool:
    """Return whether a workbook is a table of one coder that names a source for each row at most.

    Its source then stands for the report of every cell, coded or not.
    """
    texts = workbook.evidence[["page", "quote", "remark"]]
    cells = sum(panel.size for panel in workbook.codings.values())
    is_bare = not states_grounds(workbook.evidence).any()
    is_filled = len(workbook.evidence) == cells and bool((texts == "").all(axis=None))
    return len(workbook.codings) == 1 and (is_bare or is_filled)


def diff(first: Reading, second: Reading, options: Namespace) -> Answer:
    """Split the scores that differ between two releases into the causes of their changes."""
    differences = coding.diff(first, second)
    tables = {
        "scores": differences.scores,
        "codings": differences.codings,
        "counts": differences.counts,
    }
    limits = {
        "--max-revised": (options.max_revised, differences.counts["shared"], "revised"),
        "--max-left": (options.max_left, differences.counts["old"], "left"),
    }
    notes = [
        note
        for flag, (limit, totals, name) in limits.items()
        if limit is not None and (note := _excess(flag, limit, totals, differences.counts[name]))
    ]
    columns = SHORT if options.table == "scores" else None
    return Answer(
        tables[options.table], str(differences), columns, notes, has_message=True,
        status=int(bool(notes)),
    )  # fmt: skip


SHORT = ["old", "new", "coding", "rule", "cause", "codings"]
"""The columns of changed scores that a terminal shows."""


def _excess(flag: str, limit: Fraction, totals: pd.Series, counts: pd.Series) -> str:
    """Return how a limit is exceeded, overall or in a dimension; empty if it is kept."""
    if not totals.any():
        return f"{flag} cannot be judged: the two have no score in common"
    for name, n, total in zip(totals.index, counts.tolist(), totals.tolist(), strict=True):
        if n > limit * total:
            return (
                f"{flag} {float(100 * limit):g}% is exceeded: {n:,} of {total:,} scores of {name}, "
                f"{100 * n / total:.1f} %"
            )
    return ""

"""Guidance for coders: what each level of an indicator counts, borderline cases, where to look.

The texts are this library's own. They are built on the public criteria of the United States for
"serious and sustained efforts" (22 USC 7106) and on the UN protocol of 2000; the authors'
guideline is not public. Each text therefore ends with the mark of a reconstruction.
"""

from __future__ import annotations

MARK = "[recon]"
"""The mark of a text that is a reconstruction, not the words of the authors of the index."""

SERVICES = (
    "Look in the Protection section of the report on the year, and in reports of shelters and "
    "international organisations. If a source describes the help that victims get and does not "
    "list this kind, code no. If no source says anything about help, leave the level empty and "
    "set the status to not mentioned."
)

MEASURES = (
    "Look in the Prevention section of the report on the year, and on the pages of the ministries "
    "in charge. If a source describes how the state prevents trafficking and does not list this "
    "measure, code no. If no source says anything about prevention, leave the level empty and set "
    "the status to not mentioned."
)


def _marked(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return texts on one line each that end with the mark of a reconstruction."""
    return {
        name: tuple(f"{' '.join(text.split())} {MARK}" for text in each)
        for name, each in texts.items()
    }


THREE_P_GUIDANCE = _marked(
    {
        "specific_law": (
            """No statute in force at the end of the year makes trafficking in persons a
            crime. A bill that is not passed, a law that is not yet in force, and the
            ratification of a treaty without a national law are still none. A statute on
            pimping, forced labour, slavery or migration belongs to other_laws. Look in the
            Prosecution section of the report on the year (the US report of the year after,
            for index year t that of t + 1), in the law itself and in the legislation database
            of the UN Office on Drugs and Crime.""",
            """A statute against trafficking is in force, but a form of exploitation or a
            group of victims is outside it: only sexual exploitation or only forced labour,
            only women or children, only the crossing of a border. A law that demands proof of
            force or fraud also if the victim is a child covers some forms.""",
            """The law covers sexual exploitation, forced labour or services, slavery and
            similar practices, of adults and of children, within the country and across
            borders; for a child no force or fraud need be proved. It may be one act or
            several articles of the penal code that do so together. That removal of organs is
            punished by another statute does not lower the level.""",
        ),
        "other_laws": (
            """The authorities do not apply any other statute to traffickers. That a penal
            code has articles on kidnapping or pimping is not use; someone must name them as
            the ones that are applied to trafficking. Look in the Prosecution section of the
            report on the year.""",
            """Other statutes are applied to trafficking: on pimping, rape, kidnapping, forced
            labour, slavery, false documents or smuggling. How often they lead to a case is
            coded under enforcement. Cases of smuggling without exploitation do not count.
            Code this also where a specific law stands beside them.""",
        ),
        "enforcement": (
            """No prosecution and no conviction of a trafficker under any law in the year.
            Raids, or arrests that end in release or deportation without a charge, are still
            none. Look in the Prosecution section of the report on the year and in the figures
            of courts and police. Where the figures are said to be not available, weigh the
            cases that are described; where nothing is said, leave the coding empty.""",
            """There are cases, but effort or result falls short: investigations with few
            prosecutions, few or no convictions, sentences that are suspended or not served,
            one form of trafficking only, or officials who take part and go unpunished.
            Figures that mix trafficking with smuggling count as limited, unless the cases of
            trafficking are counted separately.""",
            """The authorities investigate and prosecute cases actively, courts convict
            traffickers, sentences are served, and figures on all this are published.
            Officials who take part are investigated and punished. Judge the effort against
            the size of the problem: a small country that prosecutes every credible case
            enforces fully, even with two cases.""",
        ),
        "penalty": (
            """The law in use allows a fine instead of prison, or its maximum sentence is
            below four years, or clearly below that for rape, kidnapping or other grave
            crimes. If no law is used, there is no penalty: code lenient, and the
            score stays the same. Look at the text of the law, and in the Prosecution section of
            the report on the year. Sentences that courts pass are coded under enforcement,
            not here.""",
            """The law sets a maximum sentence of four years in prison or more, comparable to
            that for rape, kidnapping or other grave crimes, and no fine can replace it. If
            penalties differ between forms of trafficking, the lightest that applies to
            adults decides.""",
        ),
        "no_punishment": (
            """Victims are jailed, fined, or deported for acts that follow from being
            trafficked, such as prostitution, irregular entry or work without a permit. One
            credible account of a practice is enough, also where the law forbids it. Detention
            in a closed shelter that adults cannot leave counts as punishment. Look in the
            Protection section of the report on the year.""",
            """Victims are not jailed, fined or deported for such acts, by law and in
            practice. Single cases of victims whom nobody recognised as such do not lower the
            level, if they are released once they are recognised. Victims who are charged with
            other crimes that they were not forced to commit do not count.""",
        ),
        "identification": (
            """Authorities do not look for victims: a victim must come forward and prove to be
            one, or only private organisations identify victims. Guidelines on paper that are
            not used count as this level. Look in the Protection section of the report on the
            year.""",
            """Police, border guards, labour inspectors or social workers look for victims
            among the groups at risk, such as migrants and people in prostitution, by a
            procedure, and refer them to help. A procedure in one service or in a part of the
            country counts if victims were identified by it in the year.""",
        ),
        "legal_assistance": (
            f"""Victims get no lawyer, advice or support in court from the state or paid by
            it. {SERVICES}""",
            """Victims can have free legal advice, a lawyer, or protection and support as
            witnesses, from the state or from an organisation that the state pays or refers
            them to. A right in the law that no victim has used in the year counts only if a
            source says that it is offered.""",
        ),
        "shelter": (
            f"""No place to stay is offered to victims, or only cells and detention centres
            for migrants. {SERVICES}""",
            """Victims can stay in a safe place that the state runs, pays for or refers them
            to. Shelters for battered women or for children count if victims of trafficking
            are admitted. Shelters for women alone count; write in the remark that men have
            none.""",
        ),
        "health_care": (
            f"""No medical or psychological help is offered to victims as such. {SERVICES}""",
            """Victims get medical or psychological care from the state, or from an
            organisation that the state pays or refers them to. Emergency care that is open to
            anyone counts only if victims are brought to it.""",
        ),
        "job_training": (
            f"""No training, schooling or help to find work is offered to victims. {SERVICES}""",
            """Victims are offered vocational training, schooling, a job or a grant to start
            with. One programme in a shelter counts. A permit to work without any help belongs
            to residence_permit.""",
        ),
        "residence_permit": (
            f"""Foreign victims are removed as soon as they are found or have testified,
            without an alternative. {SERVICES}""",
            """Foreign victims can stay: a time for reflection, or a temporary or permanent
            permit, as an alternative to removal to a country where they may face hardship. A
            permit that depends on testimony counts. A legal right counts even if no victim
            asked for it in the year, since few countries count them.""",
        ),
        "repatriation": (
            f"""Victims get no help to return: neither foreigners to their country, nor the
            country's own citizens from abroad. Deportation is not help. {SERVICES}""",
            """The state helps victims to return of their own will, e.g. with documents,
            travel, a reception or reintegration, alone or with an international organisation.
            Help to its citizens who were exploited abroad counts as much as help to
            foreigners.""",
        ),
        "campaigns": (
            f"""The state does not inform the public about trafficking. {MEASURES}""",
            """The state runs or pays for campaigns that warn people at risk, inform the
            public, or try to reduce demand: radio and television, posters, schools, a hotline
            that is advertised. Campaigns of private organisations count only if the state
            takes part in them.""",
        ),
        "training": (
            f"""Officials get no training or instruction on trafficking from the state.
            {MEASURES}""",
            """Police, prosecutors, judges, border guards, teachers, consuls or peacekeepers
            are trained on trafficking. Training that others hold for officials counts if the
            state sends them. A single lecture does not.""",
        ),
        "information_exchange": (
            f"""Agencies do not pass on what they know: no common data, no reporting point, no
            exchange with other countries. {MEASURES}""",
            """Information on traffickers, routes or victims is collected and passed on: a
            database, a national rapporteur, liaison officers, or exchange with the police of
            other countries. The publication of figures on cases counts.""",
        ),
        "border_monitoring": (
            f"""Borders and migration are not watched for signs of trafficking. Border control
            in general is not enough. {MEASURES}""",
            """Border guards or migration officers watch for signs of trafficking, e.g. by
            screening, special units, checks of children who travel without parents, or checks
            of agencies that recruit workers abroad. A country without land borders is judged
            by its ports and airports.""",
        ),
        "action_plan": (
            f"""No national plan against trafficking is in force in the year. A draft, or a
            plan that ended in the year before, is still no. {MEASURES}""",
            """The government has adopted a national plan, strategy or programme against
            trafficking that is in force in the year, alone or as a marked part of a plan on
            crime, women or children. Whether it is financed or carried out is shown by the
            other measures.""",
        ),
        "domestic_cooperation": (
            f"""No body or procedure brings ministries, police and private organisations
            together. {MEASURES}""",
            """An inter-ministerial committee, a task force, a coordinator or agreements with
            private organisations were active in the year. A committee that did not meet in
            the year does not count.""",
        ),
        "international_cooperation": (
            f"""The state does not work with other governments or international organisations
            against trafficking. {MEASURES}""",
            """The state works with others on cases, extradites traffickers, has an agreement
            on trafficking with another country, or takes part in a programme of an
            international organisation. To have signed the UN protocol is not enough by
            itself.""",
        ),
    }
)
"""The guidance of THREE_P, one text for each level, by indicator."""

HTI_GUIDANCE = _marked(
    {
        "domesticlaws": (
            """The report names no law in force that prohibits trafficking in persons.""",
            """The report names laws that prohibit some forms of trafficking, or other laws
            that are used against it.""",
            """The report names a law that prohibits all forms of trafficking.""",
        ),
        "enforcement": (
            """The report says that laws against trafficking are not enforced.""",
            """The report describes enforcement that is weak, uneven or insufficient.""",
            """The report describes enforcement without such a reservation.""",
        ),
        "ten_prosecutions": (
            """The report counts nine or fewer prosecutions. Where it gives no number, leave
            the coding empty.""",
            """The report counts ten or more prosecutions.""",
        ),
        "victimpunish": (
            """The report says that victims were punished: jailed, fined or deported.""",
            """The report says that victims were not punished.""",
        ),
        "victimservices": (
            """The report says that the state gives victims no services.""",
            """The report names services of the state for victims, or services that it pays
            for.""",
        ),
        "victimid": (
            """The report says that the state has no formal procedure for identifying victims.""",
            """The report names a formal procedure for identifying victims.""",
        ),
        "protectprogress": (
            """The report says that protection made no progress in the year, or got worse.""",
            """The report says that protection made progress in the year.""",
        ),
        "preventprogress": (
            """The report says that prevention made no progress in the year, or became worse.""",
            """The report describes some, limited or uneven progress in prevention.""",
            """The report describes progress in prevention without such a reservation.""",
        ),
        "palermo_protocol": (
            """The state had not signed the UN protocol against trafficking in persons by the
            end of the year. Look in the UN Treaty Collection.""",
            """The state had signed or ratified the UN protocol against trafficking in persons
            by the end of the year.""",
        ),
        "child_protocol": (
            """The state had not signed the optional protocol on the sale of children by the
            end of the year. Look in the UN Treaty Collection.""",
            """The state had signed or ratified the optional protocol on the sale of children
            by the end of the year.""",
        ),
    }
)
"""The guidance of HTI, one text for each level, by indicator."""

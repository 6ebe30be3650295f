"""EWP Courses 0.7 (a draft that stayed one): what can be learnt, and its deliveries with dates."""

from typing import Any, List, Optional, Sequence

from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.owners import owner_of
from bot.mobility.imports.xml_files import all_of, best_url, place_of, read_records, text_of, texts_of


class CoursesAdapter:
    """Reads `courses-response`, which does not say whose courses it holds."""

    name = "ewp-courses"
    help = "EWP Courses 0.7 (XML): courses, modules, programmes and their deliveries"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add an opportunity for each specification and an instance for each of its deliveries."""
        for file in files:
            records = list(read_records(file, self.name, feed))
            institution, source = owner_of(file, self.name, feed, directory, options)
            for specification in records:
                self._read(file, specification, feed, institution, source)

    def _read(self, file: InputFile, specification: Any, feed: Feed, institution: str, source: str) -> None:
        los_id = text_of(specification, "los-id")
        code = f"{institution}/{los_id}"
        titles, _ = texts_of(all_of(specification, "title"))
        descriptions, _ = texts_of(all_of(specification, "description"))
        instances = all_of(specification, "specifies/learningOpportunityInstance")
        newest = max(instances, key=lambda instance: text_of(instance, "start") or "", default=None)
        languages = (text_of(instance, "languageOfInstruction") for instance in instances)
        isced = text_of(specification, "iscedCode")
        if not titles:
            feed.warn(place_of(file, specification), f"{los_id}: has no title; it is told by its number")
        feed.add(
            "learning_opportunity",
            place_of(file, specification),
            source,
            code=code,
            institution=institution,
            los_id=los_id,
            los_code=text_of(specification, "los-code"),
            kind=text_of(specification, "type"),
            ounit_id=text_of(specification, "ounit-id"),
            title=titles or {"und": text_of(specification, "los-code") or los_id},
            description=descriptions or None,
            languages=list(dict.fromkeys(language for language in languages if language)) or None,
            ects=None if newest is None else _ects(newest),
            hours=None if newest is None else text_of(newest, "engagementHours"),
            isced_codes=[isced] if isced else None,
            eqf_level=text_of(specification, "eqfLevelProvided"),
            url=best_url(all_of(specification, "url")),
            parts=_ids(all_of(specification, "contains/los-id")),
        )
        for instance in instances:
            loi_id = text_of(instance, "loi-id")
            grading, _ = texts_of(all_of(instance, "gradingScheme/label"))
            feed.add(
                "learning_opportunity_instance",
                place_of(file, instance),
                source,
                code=f"{institution}/{loi_id}",
                opportunity=code,
                loi_id=loi_id,
                starts_on=text_of(instance, "start"),
                ends_on=text_of(instance, "end"),
                academic_term=text_of(instance, "academic-term/ewp-id"),
                language=text_of(instance, "languageOfInstruction"),
                ects=_ects(instance),
                hours=text_of(instance, "engagementHours"),
                grading=grading or None,
            )


def _ects(instance: Any) -> Optional[str]:
    credits = (credit for credit in all_of(instance, "credit") if text_of(credit, "scheme") == "ects")
    return next((text_of(credit, "value") for credit in credits), None)


def _ids(nodes: Sequence[Any]) -> Optional[List[str]]:
    return [node.text.strip() for node in nodes if (node.text or "").strip()] or None

"""The adapters by name."""

from typing import Mapping

from bot.errors import DataFileError
from bot.mobility.imports.eche import EcheAdapter
from bot.mobility.imports.ewp_courses import CoursesAdapter
from bot.mobility.imports.ewp_factsheets import FactsheetAdapter
from bot.mobility.imports.ewp_iias import IiasAdapter
from bot.mobility.imports.ewp_institutions import InstitutionsAdapter
from bot.mobility.imports.ewp_ounits import OunitsAdapter
from bot.mobility.imports.feed import Adapter
from bot.mobility.imports.occapi import OccapiAdapter
from bot.mobility.imports.tables import TableAdapter

ADAPTERS: Mapping[str, Adapter] = {
    adapter.name: adapter
    for adapter in (
        InstitutionsAdapter(),
        OunitsAdapter(),
        FactsheetAdapter(),
        CoursesAdapter(),
        IiasAdapter(),
        OccapiAdapter(),
        EcheAdapter(),
        TableAdapter(),
    )
}


def adapter_named(name: str) -> Adapter:
    """Return an adapter; raise DataFileError, naming those there are, for another name."""
    if name not in ADAPTERS:
        raise DataFileError(f"{name}: no adapter has this name; there are {', '.join(ADAPTERS)}.")
    return ADAPTERS[name]

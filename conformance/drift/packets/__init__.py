"""Findings brought together by their cause, each with a correction or a question."""

from conformance.drift.packets.corrections import propose
from conformance.drift.packets.grouping import group
from conformance.drift.packets.making import Holds, advised, packets
from conformance.drift.packets.packet import Docs, Packet, PageSource

__all__ = ["Docs", "Holds", "Packet", "PageSource", "advised", "group", "packets", "propose"]

"""Findings brought together by their cause, each with a correction or a question."""

from conformance.drift.packets.corrections import propose
from conformance.drift.packets.making import Trial, advised, packets
from conformance.drift.packets.packet import Docs, Packet, PageSource

__all__ = ["Docs", "Packet", "PageSource", "Trial", "advised", "packets", "propose"]

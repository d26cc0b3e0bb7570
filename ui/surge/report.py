"""What a surge has shown, in sentences of one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from seamline.text import Text

from .accounting import Account
from .sending import Outcome

SHOWN = 10  # faults named in full
NOT_AVAILABLE = Text("此系统无法测得", "not available on this system")


@dataclass(frozen=True, slots=True)
class Ran:
    """One surge: what was asked, what it took, what the clients saw and what is stored."""

    orders: int
    connections: int
    seconds: float
    outcome: Outcome
    account: Account
    kills: int
    server_cpu: float | None
    database_cpu: float | None

    @property
    def sound(self) -> bool:
        """Return whether every order was accepted and accounted for."""
        return self.account.sound and not self.outcome.refused


def lines(ran: Ran) -> Iterator[Text]:
    """Yield the report, figures first, then each thing that is wrong."""
    outcome, account = ran.outcome, ran.account
    done = len(outcome.acknowledged)
    rate = done / ran.seconds if ran.seconds else 0.0
    yield Text(
        f"{done} 单已确认，{ran.connections} 个连接，用时 {ran.seconds:.1f} 秒：每秒 {rate:.1f} 单",
        f"{done} orders acknowledged over {ran.connections} connections in {ran.seconds:.1f} s:"
        f" {rate:.1f} orders/s",
    )
    if len(outcome.seconds) > 1:
        p50, p95, p99 = percentiles(outcome.seconds)
        yield Text.same(f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    yield from _cpu(ran, done)
    held = sum(1 for kept in outcome.acknowledged if kept.held)
    yield Text(
        f"库中 {account.stored} 单、{account.rows} 行明细，其中 {held} 单待复核",
        f"stored: {account.stored} orders with {account.rows} lines, {held} of them under review",
    )
    if ran.kills:
        yield Text(
            f"服务被强制终止 {ran.kills} 次，客户端断线 {outcome.broken_connections} 次",
            f"server killed {ran.kills} times, clients met a broken connection"
            f" {outcome.broken_connections} times",
        )
    yield from _faults(ran)


def percentiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Return p50, p95 and p99 in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[94] * 1000, cuts[98] * 1000


def _cpu(ran: Ran, done: int) -> Iterator[Text]:
    for name, seconds in (
        (Text("服务进程", "server"), ran.server_cpu),
        (Text("数据库进程", "database"), ran.database_cpu),
    ):
        if seconds is not None and done:
            figure = f"{seconds * 1000 / done:.2f} ms"
            yield Text(f"{name.zh}每单 CPU:{figure}", f"{name.en} CPU per order: {figure}")
        elif name.en == "server":
            yield Text(
                f"{name.zh}每单 CPU:{NOT_AVAILABLE.zh}",
                f"{name.en} CPU per order: {NOT_AVAILABLE.en}",
            )


def _faults(ran: Ran) -> Iterator[Text]:
    account = ran.account
    refused = [f"#{number}: {status} {said[:300]}" for number, status, said in ran.outcome.refused]
    for name, found in (
        (Text("未被接受", "not accepted"), refused),
        (Text("丢失", "lost"), account.lost),
        (Text("编号重复", "duplicate codes"), account.duplicate_codes),
        (Text("多出", "stored beyond what was posted"), account.posted_twice),
        (Text("写入不完整", "half written"), account.half_written),
    ):
        yield Text(f"{name.zh}:{len(found)}", f"{name.en}: {len(found)}")
        for one in found[:SHOWN]:
            yield Text.same(f"    {one}")
    if account.chain:
        yield Text(f"日志链断裂：{account.chain}", f"journal chain broken: {account.chain}")
    else:
        yield Text("日志链完整", "journal chain verified")

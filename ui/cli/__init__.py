"""The `seamline` command: one module per verb, each with `configure` and `run`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import seamline
from seamline import settings as settings_
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.text import Text

from ..collecting import rarely

# One module of this folder per verb, in the order a newcomer meets them. The English sentence is
# the first line of that module's docstring (a test holds them equal): help needs no import.
VERBS: Mapping[str, Text] = {
    "demo": Text(
        "在本机打开带样例数据的汽车零部件工作区。",
        "Open the auto-parts workspace with sample data on this machine.",
    ),
    "init": Text("新建工作区与首位管理员。", "Make a workspace with its first administrator."),
    "serve": Text(
        "提供工作区的页面与接口，直到被停止。", "Serve a workspace's pages and API until stopped."
    ),
    "work": Text(
        "在独立进程中运行管道，与提供页面的进程并行。",
        "Run pipelines in a process of its own, beside those that serve.",
    ),
    "run": Text(
        "查看管道运行，继续停下的，或试跑。",
        "Show what pipelines did, go on with what stopped, or try one.",
    ),
    "check": Text(
        "检查配置包，一次列出全部问题。", "Check a package and list every problem at once."
    ),
    "test": Text("运行配置包的场景。", "Run the scenarios of a package."),
    "plan": Text(
        "展示发布将做的改动，不实际执行。", "Show what publishing a package would change."
    ),
    "publish": Text("展示计划并发布配置包。", "Show the plan of a package, then publish it."),
    "edit": Text(
        "修改已安装配置包的文档，或恢复早先的版本。",
        "Edit a document of an installed package, or go back to an earlier version of it.",
    ),
    "package": Text(
        "列出已安装的配置包，查看新来的，或打包带走。",
        "List what is installed, look into a package that comes, or pack one to pass on.",
    ),
    "new": Text("新建配置包或其中的文档。", "Start a new package or a document in one."),
    "schema": Text("写出元数据语言的 JSON Schema。", "Write the JSON Schemas of the language."),
    "import": Text("导入表格文件。", "Import a spreadsheet."),
    "migrate": Text(
        "把另一系统已结案的记录迁入只读历史库。",
        "Take closed records of another system over into a read-only library.",
    ),
    "export": Text("导出记录。", "Export records."),
    "sample": Text(
        "为表单生成样例记录，或整批去掉。",
        "Make sample records of a form, or take them away again.",
    ),
    "user": Text("管理用户。", "Manage users."),
    "token": Text("管理接口令牌。", "Manage API tokens."),
    "lock": Text("查看或解除锁定。", "Show what is locked, or lift a lock."),
    "verify": Text("验证日志链。", "Verify the journal."),
    "backup": Text("备份工作区。", "Back up a workspace."),
    "restore": Text("恢复工作区。", "Restore a workspace."),
    "correlate": Text(
        "核对跨记录的关联规则，或查看哪些成立。",
        "Sweep correlated rules, or show what stands.",
    ),
    "promise": Text(
        "查询某物料某数量何时可交、来自哪里。",
        "Say by when an amount of an item can be delivered, and where it comes from.",
    ),
    "versions": Text(
        "检查版本与用料结构，展开一个物料，或反查用在哪里。",
        "Check versions and what things are made of, take a thing apart, or show where it is used.",
    ),
    "binding": Text(
        "查看按哪种方案绑定版本，或改选方案。",
        "Show by which scheme lines are bound to versions, or choose another one.",
    ),
    "conformance": Text(
        "证明每条规则在每个入口判定一致。",
        "Prove that every rule says the same on every way in.",
    ),
    "leaktest": Text(
        "证明受限角色在任何出口都看不到不该看的。",
        "Prove that no restricted role sees what is hidden from it, on any surface.",
    ),
    "coach": Text(
        "显示每条规则的记分卡和改进建议。",
        "Show each rule's scorecard and what the figures propose.",
    ),
    "measure": Text(
        "显示指标，或冻结基线。", "Show the measures of a workspace, or freeze a baseline."
    ),
    "history": Text(
        "说明谁在何时、为何改了一条记录，或它在某一时刻的样子。",
        "Say who changed a record, when and why, or how it stood at a moment.",
    ),
    "explain-access": Text(
        "说明某人为何看得到一条记录或其字段、能办一步或导出，或为何不能。",
        "Say why somebody sees a record or a field of it, may take a step or export, or may not.",
    ),
    "explain": Text(
        "说明规则为何这样判定一条记录。", "Say why the rules judged a record as they did."
    ),
    "switch": Text(
        "启停规则、试运行，并预先看到影响。",
        "Switch rules on and off, put them on trial, and see beforehand what a switch does.",
    ),
    "connection": Text(
        "查看、检查、启停与外部系统的连接。",
        "Look at the connections to other systems, check them, turn them on and off.",
    ),
    "connector": Text(
        "查看已安装的连接器，或新建一个。", "List the connectors that are installed, or start one."
    ),
    "secret": Text("保管连接所用的密钥。", "Keep the secrets that connections refer to."),
    "standin": Text(
        "在本机模拟外部系统的服务，可按需注入故障。",
        "Stand in for another company's service on this machine, with faults on demand.",
    ),
    "evaluate-reading": Text(
        "用带标准答案的文件测量合同识别的准确率。",
        "Measure how well contracts are read, on papers with what is true of them.",
    ),
    "surge": Text(
        "用一个月的订单冲击接口并核对每一单。",
        "Post a month of orders through the API and account for every one.",
    ),
}
MINE, OURS, INTERRUPTED = 1, 3, 130
# Whoever can run commands on the workspace's files holds the whole workspace already.
OPERATOR = Actor("operator", "operator", ("administrator",))
ORIGIN = Origin("cli")


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the terminal, `zh` or `en`, from the locale variables."""
    words = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((word for word in words if word), "").lower().startswith("zh") else "en"


def say(text: Text) -> None:
    """Print one sentence in the language of the terminal, at once even into a pipe."""
    print(text.in_(language()), flush=True)


def module_of(verb: str) -> str:
    """Return the module that holds `verb` (Python keeps the word `import` for itself)."""
    return f"{__name__}.{'import_' if verb == 'import' else verb.replace('-', '_')}"


def workspace_option(verb: argparse.ArgumentParser) -> None:
    """Give a verb its `--workspace FOLDER`."""
    verb.add_argument(
        "--workspace",
        type=Path,
        metavar="FOLDER",
        help="workspace folder (SEAMLINE_WORKSPACE, else ./workspace)",
    )


def report_options(verb: argparse.ArgumentParser) -> None:
    """Let a verb say in which form and language it reports."""
    verb.add_argument("--format", choices=("text", "json"), default="text", help="text or json")
    verb.add_argument("--language", choices=("zh", "en"), help="language of the sentences")


def settings_of(asked: argparse.Namespace) -> settings_.Settings:
    """Return the settings of the workspace a verb was asked for; `Refused` where there is none."""
    return settings_.existing(settings_.folder(asked.workspace))


def parser(asked: str = "") -> argparse.ArgumentParser:
    """Return the command line with every verb listed and the verb `asked` configured.

    Only that verb's module is imported, so that starting the server does not load the others.
    """
    words = language()
    top = argparse.ArgumentParser(prog="seamline", description=seamline.__doc__)
    top.add_argument("--version", action="version", version=f"seamline {seamline.__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, sentence in VERBS.items():
        shown = sentence.in_(words)
        module = importlib.import_module(module_of(verb)) if verb == asked else None
        text = (module.__doc__ or "").partition("\n")[2] if module else ""
        one = verbs.add_parser(verb, help=shown, description=f"{shown} {text}")
        if module:
            module.configure(one)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Exit codes: 0 done, 1 the input is wrong, 2 the command line is wrong, 3 our fault,
    130 interrupted.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    verb = next((word for word in words if not word.startswith("-")), "")
    with rarely():
        return _run(parser(verb if verb in VERBS else "").parse_args(words))


def _run(asked: argparse.Namespace) -> int:
    try:
        return int(importlib.import_module(module_of(asked.verb)).run(asked) or 0)
    except Refused as refused:
        for problem in refused.problems:
            print(problem.line(getattr(asked, "language", None) or language()), file=sys.stderr)
        return MINE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        fault = Text(
            "这是程序的错误，请附上以上内容报告。", "This is our fault: report the lines above."
        )
        print(fault.in_(language()), file=sys.stderr)
        return OURS

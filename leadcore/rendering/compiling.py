"""How templates become Python: Jinja's compiler, with shorter ways where the longer ones can make no difference.

Output is the same, byte by byte; a test compiles the theme both ways. Jinja looks up every attribute through a method of the
environment, and asks of every function that is called whether it wants the context; a page does each some hundred times.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame

_IMPORT = "from jinja2.runtime import "
_OURS = "; from leadcore.rendering.escaping import escape; from leadcore.rendering.compiling import item_of"
#: Functions of the environment that want no context.
PLAIN_FUNCTIONS = frozenset({"_", "gettext", "ngettext", "date", "number", "autonym", "css_for"})


class Compiler(CodeGenerator):
    """Writes attributes as `getattr`, with items where there is no attribute, and plain functions as calls of them."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.write("(_v if (_v := getattr((_o := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else item_of(environment, _o, {node.attr!r}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        called = node.node
        if forward_caller or not isinstance(called, nodes.Name) or called.name not in PLAIN_FUNCTIONS or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(called, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


def item_of(environment: Environment, value: Any, name: str) -> Any:
    """`value[name]`, for what has no such attribute; undefined where it has no such item either."""
    try:
        return value[name]
    except (TypeError, LookupError, AttributeError):
        return environment.undefined(obj=value, name=name)


def with_our_helpers(code: str) -> str:
    """The code of a template with our helpers, `escape` in the place of Jinja's.

    On the line of its own import: the line numbers by which errors find their template must not move.
    """
    head, line, rest = code.partition(_IMPORT)
    imported, end, body = rest.partition("\n")
    return head + line + imported + _OURS + end + body if line else code

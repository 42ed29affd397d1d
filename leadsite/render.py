"""The text of one output, without Flask: what the site app answers with."""

from __future__ import annotations

from leadcore.rendering.templating import environment
from leadsite.context import Context, view_of
from leadsite.feeds import atom_feed, robots, sitemap
from leadsite.plan import Output, Plan


def render_output(plan: Plan, output: Output) -> str:
    """The text of an output."""
    name = output.path.rsplit("/", 1)[-1]
    market = plan.market(output)
    if name == "robots.txt":
        return robots(market)
    if output.kind == "sitemap":
        return sitemap(plan, output)
    if output.kind == "feed":
        return atom_feed(plan, output)
    context = Context(plan, output)
    template, values = view_of(output)
    env = environment(plan.project.root, output.locale, market.country)
    return env.get_template(template).render(frame=context.frame(), **values(context))

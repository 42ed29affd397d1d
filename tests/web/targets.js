// What is pressed or filled in on this page's forms and is smaller than 44 px: [what, width, height]. A box or radio button is
// as large as the label around it. Links within sentences are text.
() => {
  const small = [];
  for (const e of document.querySelectorAll("form :is(input:not([type=hidden]), select, textarea, button, summary), main a.button, .act button")) {
    if (!e.checkVisibility() || e.closest(".trap")) continue;
    const { width, height } = (e.closest("label") ?? e).getBoundingClientRect();
    if (width < 44 || height < 44) small.push([`${e.localName}#${e.id} ${e.textContent.trim().slice(0, 30)}`, width, height]);
  }
  return small;
}

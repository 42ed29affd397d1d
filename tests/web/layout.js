// What is wrong with the layout of this page as it is shown now: text that is cut off or outside the window, text that lies on
// other text or on a control, a page wider than its window. Gives sentences; none when all is well.
() => {
  const wrong = [];
  const root = document.documentElement;
  const width = root.clientWidth;
  if (root.scrollWidth > width) wrong.push(`the page is ${root.scrollWidth} wide in ${width}`);

  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);
  // Kept from sight on purpose: for screen readers, or for robots.
  const hidden = (element) => {
    for (let e = element; e; e = e.parentElement) if (getComputedStyle(e).clipPath.startsWith("inset(50%")) return true;
    return !element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  // What may be scrolled to be read: tables and code, by WCAG 1.4.10.
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX) && e.querySelector("table, pre, code");
  const cuts = (e) => /hidden|clip|auto|scroll/.test(getComputedStyle(e).overflow);

  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, option, textarea") || hidden(element)) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue;
      // The letters' own height: what a font leaves free above and below may overlap.
      const middle = (rect.top + rect.bottom) / 2;
      boxes.push({ element, text: node.data, left: rect.left, right: rect.right, top: middle - 0.3 * size, bottom: middle + 0.3 * size });
    }
  }
  for (const element of document.querySelectorAll("input, select, textarea, button, .button, summary, img, picture, video")) {
    if (hidden(element)) continue;
    const rect = element.getBoundingClientRect();
    if (rect.width) boxes.push({ element, text: `<${element.localName}>`, control: true, left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom });
  }

  for (const box of boxes) {
    let free = false;
    for (let e = box.element; e && e !== root; e = e.parentElement) {
      if (e === document.body) break;
      if (scrolls(e)) free = true;
      if (free || !cuts(e) || (e === box.element && box.control)) continue;
      const around = e.getBoundingClientRect();
      if (box.left < around.left - 1 || box.right > around.right + 1 || box.top < around.top - 1 || box.bottom > around.bottom + 1)
        wrong.push(`cut off by ${e.localName}.${e.className}: ${short(box.text)}`);
    }
    if (!free && (box.left < -1 || box.right > width + 1)) wrong.push(`outside the window: ${short(box.text)}`);
    if (!box.control && getComputedStyle(box.element).textOverflow === "ellipsis") wrong.push(`shortened: ${short(box.text)}`);
  }

  boxes.sort((a, b) => a.top - b.top);
  boxes.forEach((a, at) => {
    for (let next = at + 1; next < boxes.length && boxes[next].top < a.bottom; next++) {
      const b = boxes[next];
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const over = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - b.top];
      if (over[0] > 1.5 && over[1] > 1.5) wrong.push(`on each other: ${short(a.text)} / ${short(b.text)}`);
    }
  });

  // The chosen option of a list is cut by the list itself.
  const pen = document.createElement("canvas").getContext("2d");
  for (const list of document.querySelectorAll("select")) {
    if (hidden(list) || !list.selectedOptions.length) continue;
    const style = getComputedStyle(list);
    pen.font = style.font;
    const room = list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const text = list.selectedOptions[0].label;
    if (pen.measureText(text).width > room) wrong.push(`cut off by its list: ${short(text)}`);
  }
  return [...new Set(wrong)];
}

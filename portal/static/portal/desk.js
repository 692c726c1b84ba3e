// Gives the search-as-you-type fields of the admin the names of their labels, which their library leaves out.
(() => {
  const name = (container) => {
    const select = container.previousElementSibling;
    const label = select && select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const text = label ? label.textContent.replace("*", "").trim() : "";
    if (!text) return;
    for (const part of container.querySelectorAll('.select2-selection, [role="textbox"]')) part.setAttribute("aria-label", text);
  };
  const all = (root) => root.querySelectorAll(".select2-container").forEach(name);
  addEventListener("load", () => {
    all(document);
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) {
        if (node instanceof Element) all(node.parentElement ?? node);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
})();

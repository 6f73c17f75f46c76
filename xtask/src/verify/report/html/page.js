(() => {
  const find = document.querySelector('.find');
  if (!find) return;
  const input = find.querySelector('input');
  const status = find.querySelector('span');
  const all = [...document.querySelectorAll('[data-find]')];
  const migrations = all.filter((one) => one.matches('details'));
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of all) {
      one.hidden = !words.every((word) => one.dataset.find.includes(word));
    }
    const shown = migrations.filter((one) => !one.hidden).length;
    status.textContent = words.length ? `${shown} of ${migrations.length}` : '';
  };
  // A link leads into what may be closed.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const around = target && target.closest('details.migration');
    if (around) {
      around.open = true;
      target.scrollIntoView();
    }
  };
  find.hidden = false;
  input.addEventListener('input', show);
  window.addEventListener('hashchange', open);
  show();
  open();
})();

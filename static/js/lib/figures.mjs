/* Numbers as the language of the page writes them; the server's twin is core/figures.py. */

const shown = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function tenths(value) {
  return shown.format(value);
}

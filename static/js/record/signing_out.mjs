/*
 * Whoever signs out takes their takes along: nothing of them stays on the device.
 *
 *   <form data-sign-out="(the person's id)">
 */

for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await clear(form.dataset.signOut)) form.submit();
  });
}

/** False where there is something to lose and they would rather stay. */
async function clear(user) {
  const keep = await import("./keep.mjs");
  try {
    const count = await keep.countOf(user);
    const question = ngettext(
      "%(n)s take that you have not sent is kept on this device. Signing out deletes it.",
      "%(n)s takes that you have not sent are kept on this device. Signing out deletes them.",
      count,
    );
    if (count && !window.confirm(interpolate(question, { n: count }, true))) return false;
    if (count) await keep.forgetAllOf(user);
  } catch {
    // Where nothing can be kept there is nothing to delete.
  }
  return true;
}

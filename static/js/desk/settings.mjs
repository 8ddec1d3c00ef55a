/* How this teacher likes her desk, kept by the house. */

export class Settings {
  #url;

  constructor(url) {
    this.#url = url;
  }

  /** Change some of them; a sentence of trouble, or nothing. */
  async keep(changes) {
    try {
      const answer = await fetch(this.#url, {
        method: "PUT",
        redirect: "manual",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": document.querySelector('meta[name="csrf"]').content,
        },
        body: JSON.stringify(changes),
      });
      if (answer.ok) {
        return "";
      }
      const isOurs = answer.headers.get("Content-Type")?.includes("json");
      return isOurs ? (await answer.json()).sentence : gettext("This was not saved: sign in again, then try once more.");
    } catch {
      return gettext("This was not saved: the house does not answer.");
    }
  }
}

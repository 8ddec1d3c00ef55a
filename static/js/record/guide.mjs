/* The drawing over the preview, as large as the picture, and the hint to turn the phone where the picture is too narrow. */

const WIDE = 1.25; // width by height; a keyboard fits into no less

export class Guide {
  constructor(page) {
    const [screen, live] = [page.part("screen"), page.part("live")];
    const fit = () => {
      if (!live.videoWidth) return;
      const ratio = live.videoWidth / live.videoHeight;
      screen.style.setProperty("--ratio", ratio);
      page.part("turn").hidden = ratio > WIDE;
    };
    live.addEventListener("loadedmetadata", fit);
    live.addEventListener("resize", fit);
    page.on("guide", () => {
      const isShown = screen.classList.toggle("is-guided");
      page.part("guide").setAttribute("aria-pressed", String(isShown));
    });
  }
}

/* The drawing over the preview, as large as the picture, and the hint to turn the phone where the picture is upright. */

export class Guide {
  constructor(page) {
    const [screen, live] = [page.part("screen"), page.part("live")];
    const fit = () => {
      if (!live.videoWidth) return;
      screen.style.aspectRatio = `${live.videoWidth} / ${live.videoHeight}`;
      page.part("turn").hidden = live.videoWidth >= live.videoHeight;
    };
    live.addEventListener("loadedmetadata", fit);
    live.addEventListener("resize", fit);
    page.on("guide", () => {
      const isShown = screen.classList.toggle("is-guided");
      page.part("guide").setAttribute("aria-pressed", String(isShown));
    });
  }
}

/* What has just happened, for those who do not see it. */

/** Writes into a live region, the same words twice if need be. */
export function sayer(region) {
  return (words) => {
    // A no-break space makes the same sentence a new one.
    region.textContent = region.textContent === words ? `${words}\u00a0` : words;
  };
}

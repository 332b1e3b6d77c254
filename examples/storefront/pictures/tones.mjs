const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Mixes two colours: 0 gives the first, 1 the second. */
export function mix(from, to, share) {
  const end = channels(to);
  return `#${channels(from)
    .map((value, i) =>
      Math.round(value + (end[i] - value) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The tones that a picture of one colour is drawn in. */
export const tonesOf = (base) => ({
  base,
  light: mix(base, "#ffffff", 0.28),
  pale: mix(base, "#ffffff", 0.6),
  dark: mix(base, "#1b1a22", 0.24),
  deep: mix(base, "#1b1a22", 0.5),
});

/** What things are made of beside their colour. */
export const STUFF = {
  wood: "#b98a5e",
  woodDark: "#8f6540",
  woodLight: "#d3ab80",
  metal: "#c4c9cf",
  metalDark: "#8d949c",
  brass: "#c8a04c",
  cream: "#f3ead9",
  ink: "#2a2c33",
  clay: "#c9805c",
};

const MATERIALS = {
  "Walnut wood": "#7d583d",
  Oak: "#c79d6b",
  Acacia: "#a86f43",
  Beech: "#dcb789",
  Cedar: "#b5764d",
  Bamboo: "#d9b873",
  Cork: "#c79a6c",
  Copper: "#c77b50",
  Brass: "#c8a04c",
  Bronze: "#a47a45",
  "Stainless steel": "#bfc6cc",
  "Galvanised steel": "#aab3b8",
  Zinc: "#a3adb2",
  Aluminium: "#c9ced3",
  "Carbon steel": "#7c848c",
  "Damascus steel": "#98a1a9",
  "Cast iron": "#45484d",
};

/** The material's own colour, or `otherwise` where it takes any dye. */
export const stuffOf = (material, otherwise) => MATERIALS[material] ?? otherwise;

/** SVG attributes, short enough to draw with: fill, or a round line. */
export const fill = (colour) => `fill="${colour}"`;
export const line = (colour, width) => `fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;

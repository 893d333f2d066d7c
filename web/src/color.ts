/** Colours: a ramp in OKLab whose lightness alone carries the value, so that it reads without hue. */

type Lab = [number, number, number];

const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toGamma = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

/** OKLab of #rrggbb (Ottosson 2020). */
function toLab(hex: string): Lab {
  const h = /^#[0-9a-f]{6}$/i.test(hex) ? hex : '#808080';
  const [r, g, b] = [1, 3, 5].map((i) => toLinear(parseInt(h.slice(i, i + 2), 16) / 255)) as Lab;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

function toHex([L, a, b]: Lab): string {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  return `#${rgb.map((v) => Math.round(255 * Math.min(1, Math.max(0, toGamma(Math.max(0, v))))).toString(16).padStart(2, '0')).join('')}`;
}

export function mix(from: string, to: string, share: number): string {
  const a = toLab(from);
  const b = toLab(to);
  return toHex([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]);
}

export const isDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;
export const cssColor = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A bloc's colour with enough contrast on the page's ground: lightness 0.5 on light, 0.74 on dark. */
export function blocColor(hex: string): string {
  const lab = toLab(hex);
  return toHex([isDark() ? 0.74 : 0.5, lab[1], lab[2]]);
}

const STEPS = 20;

/** Colours for p = 0, 1/20, ... 1 of holding by a bloc. */
export function ramp(hex: string): string[] {
  const zero = cssColor('--zero') || '#eeeeee';
  const lab = toLab(hex);
  const full = toHex([isDark() ? 0.78 : 0.4, lab[1], lab[2]]);
  return Array.from({ length: STEPS + 1 }, (_, i) => mix(zero, full, i / STEPS));
}

export const rampAt = (colors: string[], p: number): string => colors[Math.round(Math.min(1, Math.max(0, p)) * STEPS)] ?? '#808080';

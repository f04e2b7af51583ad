//! The colours of `web/style/tokens.css`, held to the contrast that people need.

/// The style sheet with every token.
const TOKENS: &str = include_str!("../web/style/tokens.css");

/// The least contrast of text (WCAG 2.2 SC 1.4.3).
const TEXT: f64 = 4.5;
/// The least contrast of what marks a control (WCAG 2.2 SC 1.4.11).
const CONTROL: f64 = 3.0;

/// Which tokens stand on which, and how much they must differ.
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "surface", TEXT),
    ("ink", "surface-raised", TEXT),
    ("ink", "surface-sunken", TEXT),
    ("ink-muted", "surface", TEXT),
    ("ink-muted", "surface-raised", TEXT),
    ("ink-muted", "surface-sunken", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "surface-raised", TEXT),
    ("accent", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("danger", "surface-raised", TEXT),
    ("danger", "danger-soft", TEXT),
    ("ok", "ok-soft", TEXT),
    ("warn", "warn-soft", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink", "ok-soft", TEXT),
    ("ink", "warn-soft", TEXT),
    ("ink", "danger-soft", TEXT),
    ("line-strong", "surface-raised", CONTROL),
    ("line-strong", "surface", CONTROL),
];

/// The blocks of tokens: light, dark by the system's choice, dark by one's own.
fn schemes() -> Vec<&'static str> {
    TOKENS.split(":root").skip(1).filter(|block| block.contains("--ink-muted")).collect()
}

/// The relative luminance of a token (WCAG 2.2).
fn luminance(block: &str, name: &str) -> f64 {
    let start = block.find(&format!("--{name}:")).unwrap_or_else(|| panic!("--{name} is missing"));
    let value = block[start..].split("oklch(").nth(1).unwrap().split(')').next().unwrap();
    let mut parts = value.split_whitespace();
    let mut next = || parts.next().unwrap();
    let lightness: f64 = next().trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
    let (chroma, hue): (f64, f64) = (next().parse().unwrap(), next().parse::<f64>().unwrap().to_radians());
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let cube = |x: f64| x * x * x;
    let l = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548 * b);
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

#[test]
fn ink_stands_out_from_every_surface_in_each_scheme() {
    let schemes = schemes();
    assert_eq!(schemes.len(), 3);
    for block in schemes {
        for (over, under, least) in PAIRS {
            let (one, other) = (luminance(block, over), luminance(block, under));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= *least, "--{over} on --{under} has {contrast:.2}, {least} is the least");
        }
    }
}

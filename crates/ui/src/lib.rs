//! The design system: layout, components, tokens, scripts, catalogues.

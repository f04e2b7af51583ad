//! The pictures that a message brings along, to be shown within its text.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How large a picture within the text may be, in bytes: larger ones are there to be downloaded.
const PICTURE_BYTES: usize = 1024 * 1024;
/// How large all shown pictures may be together, in bytes, each time one is shown: they make the page as large.
const ALL_BYTES: usize = 8 * 1024 * 1024;

/// A picture within the text.
#[derive(Debug)]
struct Picture {
    part: u32,
    media_type: &'static str,
    content: Vec<u8>,
}

/// The pictures of a message, by the ids under which its HTML shows them (RFC 2392).
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    by_id: BTreeMap<String, Picture>,
    shown: BTreeSet<u32>,
    shown_bytes: usize,
}

impl Pictures {
    /// Adds a picture, if it is one that a browser draws and not too large; of two with one id, the first counts.
    pub(crate) fn add(&mut self, id: &str, part: u32, content: &[u8]) {
        let Some(media_type) = raster_type(content) else { return };
        if content.len() <= PICTURE_BYTES && !self.by_id.contains_key(id) {
            let picture = Picture { part, media_type, content: content.to_vec() };
            self.by_id.insert(id.to_owned(), picture);
        }
    }

    /// The parts that are shown within the text.
    pub(crate) fn shown(&self) -> &BTreeSet<u32> {
        &self.shown
    }

    /// The part of a picture to be shown; None if there is none under the id, or no room for it any more.
    pub(super) fn show(&mut self, id: &str) -> Option<u32> {
        let picture = self.by_id.get(id)?;
        let shown_bytes = self.shown_bytes + picture.content.len();
        if shown_bytes > ALL_BYTES {
            return None;
        }
        self.shown_bytes = shown_bytes;
        self.shown.insert(picture.part);
        Some(picture.part)
    }

    /// The pictures that are shown, as `data:` URLs (RFC 2397) by their parts.
    pub(super) fn urls(&self) -> BTreeMap<u32, String> {
        let is_shown = |picture: &&Picture| self.shown.contains(&picture.part);
        let url = |picture: &Picture| {
            (
                picture.part,
                format!("data:{};base64,{}", picture.media_type, STANDARD.encode(&picture.content)),
            )
        };
        self.by_id.values().filter(is_shown).map(url).collect()
    }
}

/// The type of a picture, by its first bytes: what a header says of it is not believed.
pub(crate) fn raster_type(content: &[u8]) -> Option<&'static str> {
    match content {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_a_browser_draws_are_shown() {
        let mut pictures = Pictures::default();
        pictures.add("gif", 1, b"GIF89a...");
        pictures.add("gif", 2, b"GIF89a...");
        pictures.add("svg", 3, b"<svg onload=alert(1)>");
        pictures.add("html", 4, b"<script>");
        pictures.add("large", 5, &[&b"GIF89a"[..], &[0; PICTURE_BYTES]].concat());
        assert_eq!(pictures.show("gif"), Some(1));
        for id in ["svg", "html", "large", "missing"] {
            assert_eq!(pictures.show(id), None, "{id}");
        }
        assert_eq!(pictures.urls().into_values().collect::<Vec<_>>(), ["data:image/gif;base64,R0lGODlhLi4u"]);
    }

    #[test]
    fn a_picture_shown_again_and_again_has_an_end() {
        let mut pictures = Pictures::default();
        pictures.add("a", 1, &[&b"GIF89a"[..], &[0; PICTURE_BYTES - 6]].concat());
        assert_eq!((0..100).filter(|_| pictures.show("a").is_some()).count(), 8);
    }
}

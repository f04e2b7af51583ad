//! Pictures of people, and logos of organizations.
//!
//! **Invariant:** what kind a picture is says its own first bytes, never whoever sent it: it is served as that and nothing
//! else. A drawing that can hold scripts (SVG) is no picture.

/// How large a picture may be, in bytes: plenty for one shown as large as a stamp.
pub const PICTURE_BYTES: usize = 512 * 1024;

/// How a picture is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
}

/// Why some bytes are not taken as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// There are none.
    #[error("there is no file")]
    Missing,
    /// There are too many.
    #[error("the file is larger than {PICTURE_BYTES} bytes")]
    TooLarge,
    /// They begin as no picture does that browsers show.
    #[error("the file is no PNG, JPEG, WebP or GIF picture")]
    Unknown,
}

impl PictureKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif];

    /// What kind of picture some bytes are.
    pub fn of(content: &[u8]) -> Result<Self, PictureFault> {
        if content.is_empty() {
            return Err(PictureFault::Missing);
        }
        if content.len() > PICTURE_BYTES {
            return Err(PictureFault::TooLarge);
        }
        Self::ALL.into_iter().find(|kind| kind.begins(content)).ok_or(PictureFault::Unknown)
    }

    fn begins(self, content: &[u8]) -> bool {
        let has = |at: usize, bytes: &[u8]| content.get(at..at + bytes.len()) == Some(bytes);
        match self {
            Self::Png => has(0, b"\x89PNG\r\n\x1a\n") && has(12, b"IHDR"),
            Self::Jpeg => has(0, b"\xff\xd8\xff"),
            Self::Webp => has(0, b"RIFF") && has(8, b"WEBPVP8"),
            Self::Gif => has(0, b"GIF87a") || has(0, b"GIF89a"),
        }
    }

    /// As it is stored, and the ending of its file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    /// What it is served as.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        for (content, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0"[..], PictureKind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", PictureKind::Jpeg),
            (b"RIFF\x24\0\0\0WEBPVP8 ", PictureKind::Webp),
            (b"GIF89a\x01\0", PictureKind::Gif),
        ] {
            assert_eq!(PictureKind::of(content), Ok(kind));
            assert_eq!(PictureKind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn what_could_hold_a_script_and_what_is_too_large_is_refused() {
        for text in
            ["<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>", "\u{89}PNG", "RIFF1234WAVEfmt ", "%PDF-1"]
        {
            assert_eq!(PictureKind::of(text.as_bytes()), Err(PictureFault::Unknown), "{text}");
        }
        assert_eq!(PictureKind::of(b""), Err(PictureFault::Missing));
        let mut large = vec![0; PICTURE_BYTES + 1];
        large[..6].copy_from_slice(b"GIF89a");
        assert_eq!(PictureKind::of(&large), Err(PictureFault::TooLarge));
    }
}

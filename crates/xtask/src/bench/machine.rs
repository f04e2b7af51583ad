//! What the machine itself can do.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

/// The time now, for measuring.
#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How many times a second 4 KiB are written and flushed on the disk of the target folder, one after the other.
pub(crate) fn flushes_per_second() -> anyhow::Result<u64> {
    let path = std::env::current_dir()?.join("target").join("bench-flush");
    let mut file = File::create(&path)?;
    let begun = now();
    let mut count = 0;
    while begun.elapsed() < Duration::from_secs(1) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    drop(file);
    std::fs::remove_file(&path)?;
    Ok(count)
}

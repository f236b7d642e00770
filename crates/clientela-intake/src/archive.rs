//! Workbooks are ZIP archives of XML. An archive is checked by its directory, unpacked under
//! limits, and packed again without compression, so that the outside reader sees only bytes that
//! have been counted.

use std::io::{Cursor, Read, Write};

use clientela::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::guard::{Limits, bad, within};

/// Files below this size are not asked how much they were packed: tiny XML packs well.
const SMALL: u64 = 1 << 20;

/// A checked archive, not compressed.
pub(crate) struct Checked {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The names of its files.
    pub(crate) names: Vec<String>,
}

/// Checks an archive and keeps the files that `keep` asks for. `check` sees the name and the
/// text of each.
pub(crate) fn check(
    bytes: &[u8],
    limits: &Limits,
    keep: impl Fn(&str) -> bool,
    mut check: impl FnMut(&str, &str) -> Result<()>,
) -> Result<Checked> {
    let broken = |error: zip::result::ZipError| bad("archive", error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    within("archive", "archive_files", archive.len(), limits.archive_files)?;
    let mut kept = Vec::new();
    let mut total = 0_u64;
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(broken)?;
        let name = file.name().map_err(broken)?;
        if !keep(&name) {
            continue;
        }
        let place = format!("archive, `{name}`");
        if file.encrypted() {
            return Err(bad(&place, "it is locked by a password"));
        }
        total = total.saturating_add(file.size());
        within(&place, "unpacked_bytes", total as usize, limits.unpacked_bytes)?;
        let most = file.compressed_size().saturating_mul(limits.ratio as u64);
        if file.size() > SMALL && file.size() > most {
            let limit = limits.ratio;
            return Err(bad(
                &place,
                format_args!(
                    "{} bytes packed into {}, the limit `ratio` is {limit}",
                    file.size(),
                    file.compressed_size()
                ),
            ));
        }
        kept.push(at);
    }

    // The directory may lie, so bytes are counted again as they come.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut names = Vec::new();
    let mut left = limits.unpacked_bytes;
    for at in kept {
        let file = archive.by_index(at).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        let place = format!("archive, `{name}`");
        let mut part = Vec::new();
        file.take(left as u64 + 1).read_to_end(&mut part).map_err(|error| bad(&place, error))?;
        within(&place, "unpacked_bytes", part.len(), left)?;
        left -= part.len();
        let plain = part.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&part);
        let text = std::str::from_utf8(plain).map_err(|error| {
            bad(&place, format_args!("byte {} is not UTF-8", error.valid_up_to()))
        })?;
        check(&name, text)?;
        let write = writer.start_file(name.as_str(), stored).map_err(broken);
        write.and_then(|()| writer.write_all(plain).map_err(|error| bad(&place, error)))?;
        names.push(name);
    }
    let bytes = writer.finish().map_err(broken)?.into_inner();
    Ok(Checked { bytes, names })
}

//! Writing files so that none is ever half-written; bytes, tables and JSON as text.

use std::fs;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Writes a text under a temporary name beside its place and renames it when complete.
///
/// Folders on the way are made. A reader sees the old file or the new one, never a part.
///
/// # Errors
///
/// [`Error::Write`]; what stood there before is then untouched.
pub fn write_text(path: impl AsRef<Path>, text: &str) -> Result<()> {
    let path = path.as_ref();
    let fault = |source| Error::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path)).map_err(|source| {
        // The first fault is the one to report; the remnant may not even exist.
        let _ = fs::remove_file(&temporary);
        fault(source)
    })
}

/// A value as JSON, indented, with a line feed at the end.
///
/// # Errors
///
/// [`Error::Serialise`] where a number is not finite: JSON has no word for it, and what is written
/// must read back.
pub(crate) fn json_text<T: Serialize + DeserializeOwned>(
    value: &T,
    what: &'static str,
) -> Result<String> {
    let fault = |source| Error::Serialise { what, source };
    let mut text = serde_json::to_string_pretty(value).map_err(fault)?;
    serde_json::from_str::<T>(&text).map_err(fault)?;
    text.push('\n');
    Ok(text)
}

/// As [`json_text`] on one line.
pub(crate) fn json_line<T: Serialize + DeserializeOwned>(
    value: &T,
    what: &'static str,
) -> Result<String> {
    let fault = |source| Error::Serialise { what, source };
    let mut text = serde_json::to_string(value).map_err(fault)?;
    serde_json::from_str::<T>(&text).map_err(fault)?;
    text.push('\n');
    Ok(text)
}

/// A value from a JSON file.
///
/// # Errors
///
/// [`Error::Read`]; [`Error::Deserialise`] for anything that is not such a value.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T> {
    let text =
        fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| Error::Deserialise {
        path: path.to_owned(),
        what,
        source,
    })
}

/// Bytes in hexadecimal, two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|d| char::from(DIGITS[usize::from(d)]))
        .collect()
}

/// Rows as comma-separated text, quoted where a cell needs it. All rows are of one length.
pub(crate) fn csv_text<S: AsRef<[u8]>>(rows: impl IntoIterator<Item = Vec<S>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let written = rows.into_iter().try_for_each(|row| writer.write_record(row));
    // Nothing can fail in memory, and cells are text.
    debug_assert!(written.is_ok());
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("eventstudy-files-{}", std::process::id()));
        let file = folder.join("deep/report.md");
        write_text(&file, "one").unwrap();
        write_text(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        // A folder stands where the file should go.
        let blocked = folder.join("deep");
        assert!(matches!(write_text(&blocked, "three"), Err(Error::Write { .. })));
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["deep"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}

//! Blocks of assets that are read when they are needed.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{CsvOptions, PricePanel};
use crate::files::hexadecimal;
use crate::{Error, Result};

/// Prices of some of the assets of a universe, read when they are needed.
///
/// Universes that do not fit into memory come as an iterator of such blocks. All blocks have the
/// same dates, and each asset is in one of them.
pub trait AssetBlock {
    /// A digest of everything that the prices depend on: when it is the same, so are they.
    ///
    /// It tells whether what was saved of the block still holds, so it should cost less than the prices
    /// and must not be guessed from names and times of files.
    ///
    /// # Errors
    ///
    /// Those of reading.
    fn fingerprint(&self) -> Result<String>;

    /// The prices.
    ///
    /// # Errors
    ///
    /// Those of reading.
    fn read(&self) -> Result<PricePanel>;
}

/// A delimited file, wide or long, as a block; its fingerprint is the SHA-256 of its bytes and the
/// options.
#[derive(Debug, Clone)]
pub struct CsvBlock {
    path: PathBuf,
    options: CsvOptions,
}

impl CsvBlock {
    /// The file at this path. Nothing is read yet.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self::with(path, CsvOptions::default())
    }

    /// As [`new`](Self::new) with options of your own.
    pub fn with(path: impl AsRef<Path>, options: CsvOptions) -> Self {
        Self { path: path.as_ref().to_owned(), options }
    }
}

impl AssetBlock for CsvBlock {
    fn fingerprint(&self) -> Result<String> {
        let fault = |source| Error::Read { path: self.path.clone(), source };
        let mut hash = hmac_sha256::Hash::new();
        hash.update(format!("{:?}; ", self.options));
        let mut file = File::open(&self.path).map_err(fault)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).map_err(fault)? {
                0 => return Ok(hexadecimal(&hash.finalize())),
                n => hash.update(&buffer[..n]),
            }
        }
    }

    fn read(&self) -> Result<PricePanel> {
        PricePanel::from_csv_path_with(&self.path, &self.options)
    }
}

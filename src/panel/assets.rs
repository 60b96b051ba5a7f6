//! Names of the assets of a panel.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Position of an asset in its panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AssetId(pub(crate) usize);

impl AssetId {
    /// The position, from 0 in the order of the panel.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Distinct names in a fixed order. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Assets {
    names: Arc<[String]>,
    by_name: Arc<BTreeMap<String, usize>>,
}

impl Assets {
    pub(crate) fn new(names: Vec<String>) -> Result<Self> {
        let mut by_name = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            if by_name.insert(name.clone(), index).is_some() {
                return Err(Error::DuplicateAsset { name: name.clone() });
            }
        }
        Ok(Self { names: names.into(), by_name: Arc::new(by_name) })
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn name(&self, asset: AssetId) -> &str {
        &self.names[asset.0]
    }

    pub(crate) fn find(&self, name: &str) -> Option<AssetId> {
        self.by_name.get(name).copied().map(AssetId)
    }

    pub(crate) fn require(&self, name: &str) -> Result<AssetId> {
        self.find(name).ok_or_else(|| Error::UnknownAsset {
            name: name.to_owned(),
            known: self.names.to_vec(),
        })
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = AssetId> + use<> {
        (0..self.names.len()).map(AssetId)
    }
}

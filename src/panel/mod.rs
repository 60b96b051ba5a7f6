//! Prices, returns, and who belongs to the universe when.
//!
//! Panels are asset-major: one contiguous row of dates per asset. A missing value is stored as NaN
//! and never leaves the panel: accessors answer `Option`.

mod align;
#[cfg(feature = "arrow")]
mod arrow;
mod assets;
mod audit;
mod block;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod columnar;
pub(crate) mod csv_source;
mod ends;
mod interned;
#[cfg(feature = "parquet")]
mod parquet;
mod prices;
mod read_csv;
mod read_long;
mod released;
mod returns;
mod series;
mod universe;
pub mod vendor;
mod volumes;

pub use assets::AssetId;
pub(crate) use assets::Assets;
pub use audit::{Audit, AuditOptions, Fault, Finding, Seam};
pub use block::{AssetBlock, CsvBlock};
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub use columnar::ColumnarOptions;
pub use csv_source::{CsvOptions, TableLayout};
pub use ends::{AssetEnds, PriceEnd};
#[cfg(feature = "parquet")]
pub use parquet::{ParquetBlock, WideParquet};
pub use prices::PricePanel;
pub use released::{Release, ReleasedChange, ReleasedSeries, ReleasedTable};
pub use returns::{Bridge, Compounding, ReturnPanel};
pub use series::PriceSeries;
pub use universe::{Candidate, ExcludedAssets, MarketValues, Universe};
pub use volumes::VolumePanel;

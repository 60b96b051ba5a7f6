//! Charts as SVG.
//!
//! Each chart is a plain struct of numbers and words that turns into the text of an SVG file:
//! [`CarPath`] for one event, [`CarPanels`] for several on a common axis, [`EstimateForest`] for
//! how much an answer hangs on the choices behind it, [`SpecificationChart`] for all combinations of
//! such choices, and [`PlaceboHistogram`] for one statistic among those of ordinary dates. Numbers go in as decimal fractions (0.12) and are shown in
//! percent. The same numbers give the same bytes: no clock, no system fonts, no random names.
//!
//! Colours are told apart by colour-blind readers and differ in lightness, so that a grey print
//! still reads: the path is dark blue, its interval light blue between solid edges, ordinary dates
//! grey between dashed edges, and what lies outside ordinary dates is a thick orange line.
//!
//! ```
//! use chrono::NaiveDate;
//! use eventstudy::report::chart::{Band, CarPath, Chart};
//!
//! let chart = CarPath {
//!     title: "Russell 2000 breakout of 2020-11-13".to_owned(),
//!     verdict: "Undecided: inside what ordinary dates give".to_owned(),
//!     subtitle: vec!["top 50 altcoins, equal weight; market model on BTC; n = 47".to_owned()],
//!     event_date: NaiveDate::from_ymd_opt(2020, 11, 13).unwrap(),
//!     n_months: 1,
//!     measure: "CAAR".to_owned(),
//!     label: "CAAR of 47 assets".to_owned(),
//!     days: vec![0, 10, 20, 30],
//!     values: vec![0.0, 0.04, 0.02, 0.09],
//!     interval: None,
//!     placebo: Some(Band {
//!         label: "95 % of 1,240 ordinary dates".to_owned(),
//!         days: vec![0, 10, 20, 30],
//!         lower: vec![0.0, -0.08, -0.11, -0.13],
//!         upper: vec![0.0, 0.09, 0.13, 0.16],
//!         median: None,
//!     }),
//!     note: None,
//! };
//! let svg = chart.to_svg()?;
//! assert!(svg.contains("1 month") && svg.contains("+9.0 %"));
//! # Ok::<(), eventstudy::Error>(())
//! ```

mod axis;
mod canvas;
mod car_frame;
mod car_panels;
mod car_path;
mod check;
mod forest;
mod heading;
mod histogram;
mod legend;
mod specification;
mod words;

use std::path::Path;

pub use car_panels::CarPanels;
pub use car_path::{Band, CarPath};
pub use forest::{EstimateForest, ForestGroup, ForestRow};
pub use histogram::PlaceboHistogram;
pub use specification::{ChartChoices, ChartDimension, CurveBand, SpecificationChart};

use crate::Result;
use crate::files::write_text;

/// A finished chart.
pub trait Chart {
    /// The text of an SVG file, 1000 to 1200 pixels wide.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`](crate::Error::TooFew) where there is nothing to draw, [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) where series that
    /// belong together differ in length, and [`Error::ChartValue`](crate::Error::ChartValue) for a value that is not finite
    /// or outside its domain.
    fn to_svg(&self) -> Result<String>;

    /// Writes the SVG to a file. The text goes to a temporary file beside it that is renamed when
    /// complete, so that no reader ever sees half a chart.
    ///
    /// # Errors
    ///
    /// As [`Chart::to_svg`], and [`Error::Write`](crate::Error::Write); the file that stood there before is then
    /// untouched.
    fn write_svg(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        write_text(path, &self.to_svg()?)
    }
}

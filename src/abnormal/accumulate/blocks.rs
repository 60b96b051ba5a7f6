//! Blocks of assets, cut into shards, and what works them off.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::dates::ResponseDates;
use super::factors::Factors;
use super::kernel::{Asset, Kernel, Nothing, Scratch};
use super::partial::SHARD;
use super::places::Places;
use super::table::Rows;
use super::tally::Tally;
use crate::Result;
use crate::abnormal::{Design, Exclusion};
use crate::files::hexadecimal;
use crate::models::LinearForm;
use crate::panel::{AssetId, ReturnPanel};
use crate::time::DateAxis;

/// The block cut at the boundaries of shards.
pub(super) fn pieces(first_asset: usize, n_assets: usize) -> Vec<Piece> {
    let end = first_asset + n_assets;
    let mut pieces = Vec::with_capacity(n_assets / SHARD + 2);
    let mut asset = first_asset;
    while asset < end {
        let shard = asset / SHARD;
        let to = end.min((shard + 1) * SHARD);
        let of_block = asset - first_asset..to - first_asset;
        pieces.push(Piece { shard, first_asset: asset, of_block });
        asset = to;
    }
    pieces
}

/// Assets of a block that belong to one shard.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) shard: usize,
    pub(super) first_asset: usize,
    pub(super) of_block: Range<usize>,
}

/// A piece with the data of its block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) returns: &'a ReturnPanel,
    pub(super) responses: &'a ResponseDates,
    /// Place of each date of the block among the dates of the run.
    pub(super) places: &'a [u32],
    pub(super) piece: &'a Piece,
}

/// A [`Kernel`] with any number of factors.
pub(super) trait Shards: std::fmt::Debug + Send + Sync {
    /// Adds the assets of a piece one after the other.
    fn add(&self, block: Block<'_>, tally: &mut Tally, rows: Option<&mut Rows<'_>>);

    /// First event time and number of event times.
    fn path(&self) -> (isize, usize);

    /// Adds the responses that have all their ARs, given by date, to those at each event time.
    fn count_complete(&self, complete: &[u32], path_n: &mut [u64]);

    /// Dates and windows that are excluded for all assets.
    fn exclusions(&self) -> &[Exclusion];
}

impl<const K: usize> Shards for Kernel<K> {
    fn add(&self, block: Block<'_>, tally: &mut Tally, mut rows: Option<&mut Rows<'_>>) {
        let Block { returns, responses, places, piece } = block;
        let mut scratch = Scratch::new(returns.n_dates(), self.places.n_taus);
        let mut own = Vec::new();
        for (k, asset) in piece.of_block.clone().enumerate() {
            own.clear();
            own.extend(responses.places_of(asset).iter().map(|place| places[*place as usize]));
            let id = AssetId(asset);
            let asset = Asset {
                index: piece.first_asset + k,
                returns: returns.row(id),
                bridges: returns.bridges_within(id, 0..returns.n_dates()),
                places: &own,
            };
            match rows.as_deref_mut() {
                None => self.add(asset, &mut scratch, tally, &mut Nothing),
                Some(rows) => {
                    self.add(asset, &mut scratch, tally, rows);
                    rows.advance(own.len());
                }
            }
        }
    }

    fn path(&self) -> (isize, usize) {
        (self.places.first_tau, self.places.n_taus)
    }

    fn count_complete(&self, complete: &[u32], path_n: &mut [u64]) {
        for (place, n) in self.places.of_dates.iter().zip(complete) {
            let Some(place) = place else { continue };
            for sum in &mut path_n[place.offset..place.offset + place.span.len()] {
                *sum += u64::from(*n);
            }
        }
    }

    fn exclusions(&self) -> &[Exclusion] {
        &self.places.exclusions
    }
}

/// What a kernel is built from.
pub(super) struct Inputs<'a> {
    pub(super) factors: &'a ReturnPanel,
    pub(super) form: LinearForm,
    pub(super) design: &'a Design,
    pub(super) dates: &'a [NaiveDate],
    pub(super) names: &'a [String],
    pub(super) series: Vec<&'a [f64]>,
}

impl Inputs<'_> {
    pub(super) fn kernel<const K: usize>(&self) -> Result<Kernel<K>> {
        let regressors = if K == 0 { Factors::new(&[]) } else { Factors::new(&self.series) };
        let named = (self.names, &self.series[..]);
        let axis = self.factors.axis();
        let benchmark = match (self.form, &self.series[..]) {
            (LinearForm::Difference, [one, ..]) => Some(one.to_vec()),
            _ => None,
        };
        Ok(Kernel {
            places: Places::new(axis, self.design, self.dates, &regressors, named)?,
            factors: regressors,
            benchmark,
            dates: self.dates.to_vec(),
            form: self.form,
            n_needed: self.design.estimation().n_needed(),
            missing: self.design.missing,
            compounding: self.factors.compounding(),
        })
    }

    /// SHA-256 of everything that the run depends on but for the returns of the assets.
    pub(super) fn fingerprint(&self, model: &str) -> String {
        let mut hash = hmac_sha256::Hash::new();
        let windows: Vec<String> = self.design.windows().iter().map(ToString::to_string).collect();
        let text = format!(
            "{model}; {:?}; {}; {}; {:?}; {:?}; {:?}; {:?}",
            self.form,
            windows.join(", "),
            self.design.estimation(),
            self.design.missing,
            self.factors.compounding(),
            self.dates,
            self.design.sessions.as_ref().map(DateAxis::dates),
        );
        hash.update(text);
        for date in self.factors.axis().dates() {
            hash.update(date.num_days_from_ce().to_le_bytes());
        }
        for value in self.series.iter().flat_map(|series| series.iter()) {
            hash.update(value.to_bits().to_le_bytes());
        }
        let digest = hash.finalize();
        hexadecimal(&digest[..16])
    }
}

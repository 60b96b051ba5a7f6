//! Abnormal returns of many assets, added up as they come.

use std::ops::Range;

use chrono::NaiveDate;

use super::accumulated::{Accumulated, AccumulatedAar, AccumulatedWindow, WindowRows};
use super::blocks::{Block, Inputs, Piece, Shards, pieces};
use super::dates::ResponseDates;
use super::partial::{Node, OpenShard, Partial, SHARD};
use super::table::{ResponseTable, Rows};
use super::tally::{Extent, Tally};
use crate::abnormal::Design;
use crate::models::{ExpectedReturnModel, LinearForm};
use crate::numeric::parallel;
use crate::panel::{Compounding, ReturnPanel};
use crate::time::{DateAxis, EstimationReturns};
use crate::{Error, Result};

/// Shards that are summed at once before they are added up: it bounds the memory, not the result.
const AT_ONCE: usize = 16;

/// Fits a model to every response, adds up abnormal returns, and keeps nothing else.
///
/// For universes whose abnormal returns do not fit into memory, or whose prices come in blocks of
/// assets. The averages are those of [`AbnormalReturns`](super::super::AbnormalReturns) over the same
/// responses.
///
/// - *Cost*: running sums of an asset's returns, squares and products with the factors make a fit
///   independent of the length of the estimation window, and a CAR of that of the event window.
///   What is left is one pass over the ARs for the AAR, and two over the returns.
/// - *Digits*: returns and factors are taken from their means before they are summed. Where the
///   squares of all returns are more than 2,500 times those of the residuals, where a factor
///   hardly varies in the estimation window, and where nothing does, the response is fitted row by
///   row instead. Fits agree with row-by-row ones to 1e-10.
/// - *Correlation*: r̄ of [`AccumulatedWindow::mean_correlation`] is pooled: the mean product of two
///   responses' scaled residuals over all days that both have, times the mean overlap of event
///   windows over all pairs, each taken apart for pairs of one asset and of two. With one event date
///   and no hole it is the r̄ of Kolari and Pynnönen 2010, <https://doi.org/10.1093/rfs/hhq072>; with
///   several,
///   [`ResidualCorrelation`](crate::inference::ResidualCorrelation) weighs each pair by its own
///   overlap, which takes time in proportion to the square of the number of responses. Overlap of
///   windows of one asset is taken for windows of mean length.
/// - *Bits*: the same on any number of threads, for any split into blocks, see [`Partial`].
///
/// ```
/// use chrono::NaiveDate;
/// use eventstudy::abnormal::{Accumulator, Design, ResponseDates};
/// use eventstudy::models::MarketModel;
/// use eventstudy::panel::{Compounding, ReturnPanel};
/// use eventstudy::time::{DateAxis, EstimationWindow, EventWindow};
/// use ndarray::Array2;
///
/// let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
/// let axis = DateAxis::new(first.iter_days().take(300).collect())?;
/// let noise = |i: usize, t: usize| ((i + 2) * (i + t) * (t + 3) % 997) as f64 * 1e-5;
/// let names = (0..40).map(|i| format!("a{i}")).collect();
/// let returns = Array2::from_shape_fn((40, 300), |(i, t)| noise(i, t) + noise(99, t));
/// let market = Array2::from_shape_fn((1, 300), |(_, t)| noise(99, t));
/// let returns = ReturnPanel::new(axis.clone(), names, returns, Compounding::Simple)?;
/// let factors = ReturnPanel::new(axis.clone(), vec!["m".to_owned()], market, Compounding::Simple)?;
///
/// let design = Design::new(vec![EventWindow::rows(1, 20)?], EstimationWindow::trailing(200)?)?;
/// let events = ResponseDates::shared(40, &[axis.date(220), axis.date(260)])?;
/// let run = Accumulator::new(&factors, &MarketModel::on("m"), design, events.dates().to_vec())?;
///
/// let mut so_far = run.start(0)?;
/// run.extend(&mut so_far, &returns, &events)?; // and the next block of assets, and the next
/// let found = run.finish(&so_far)?;
/// assert_eq!((found.n_fitted, found.windows[0].by_date.len()), (80, 2));
/// # Ok::<(), eventstudy::Error>(())
/// ```
#[derive(Debug)]
pub struct Accumulator {
    pub(super) axis: DateAxis,
    pub(super) compounding: Compounding,
    design: Design,
    dates: Vec<NaiveDate>,
    kernel: Box<dyn Shards>,
    rows: Vec<WindowRows>,
    run: String,
    with_residuals: bool,
}

impl Accumulator {
    /// A run over these event dates, of which each asset takes its own.
    ///
    /// `factors` holds the model's factors on the dates of all blocks to come. Dates that the data
    /// do not cover are excluded and counted.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for a model without a [`LinearForm`] or with more than six factors, and
    /// for estimation windows that leave out the windows of other events or use trade-to-trade
    /// returns: those need [`AbnormalReturns`](super::super::AbnormalReturns).
    /// [`Error::UnknownAsset`] for a factor that `factors` lacks; [`Error::SessionsMissing`].
    pub fn new(
        factors: &ReturnPanel,
        model: &dyn ExpectedReturnModel,
        design: Design,
        mut dates: Vec<NaiveDate>,
    ) -> Result<Self> {
        dates.sort_unstable();
        dates.dedup();
        let refuse = |name, value: &str, expected| {
            Err(Error::Setting { name, value: value.to_owned(), expected })
        };
        let Some(form) = model.linear_form() else {
            let expected = "a model with a linear form: a mean, a benchmark, or least squares";
            return refuse("model", &model.name(), expected);
        };
        if design.estimation().excludes_other_events() {
            let expected = "an estimation window that keeps the windows of other events";
            return refuse("estimation window", &design.estimation().to_string(), expected);
        }
        if design.estimation().returns() == EstimationReturns::TradeToTrade {
            let expected = "returns row by row";
            return refuse("estimation returns", "trade-to-trade", expected);
        }
        let names = model.factors();
        let series = names
            .iter()
            .map(|name| Ok(factors.row(factors.asset(name)?)))
            .collect::<Result<Vec<&[f64]>>>()?;
        let inputs = Inputs { factors, form, design: &design, dates: &dates, names, series };
        let n_regressors = if form == LinearForm::LeastSquares { names.len() } else { 0 };
        let kernel: Box<dyn Shards> = match n_regressors {
            0 => Box::new(inputs.kernel::<0>()?),
            1 => Box::new(inputs.kernel::<1>()?),
            2 => Box::new(inputs.kernel::<2>()?),
            3 => Box::new(inputs.kernel::<3>()?),
            4 => Box::new(inputs.kernel::<4>()?),
            5 => Box::new(inputs.kernel::<5>()?),
            6 => Box::new(inputs.kernel::<6>()?),
            _ => return refuse("model", &model.name(), "at most six factors"),
        };
        let run = inputs.fingerprint(&model.name());
        let axis = factors.axis().clone();
        let rows = design
            .windows()
            .iter()
            .map(|window| {
                let of = |date: &NaiveDate| {
                    Ok((*date, window.resolve(&axis, *date, design.sessions.as_ref())?.ok()))
                };
                dates.iter().map(of).collect::<Result<WindowRows>>()
            })
            .collect::<Result<Vec<_>>>()?;
        let compounding = factors.compounding();
        Ok(Self { axis, compounding, design, dates, kernel, rows, run, with_residuals: true })
    }

    /// Whether residuals are summed for the mean correlation between responses, which
    /// `Kolari` and `Pynnönen` need; yes unless set.
    #[must_use]
    pub fn mean_correlation(mut self, wanted: bool) -> Self {
        self.with_residuals = wanted;
        self
    }

    /// Event dates in order.
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// An empty part whose first asset has this position among all assets.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] unless it is a multiple of 32.
    pub fn start(&self, first_asset: usize) -> Result<Partial> {
        if !first_asset.is_multiple_of(SHARD) {
            return Err(Error::Setting {
                name: "first asset",
                value: first_asset.to_string(),
                expected: "a multiple of 32",
            });
        }
        let mut partial = Partial { run: self.run_name(), nodes: Vec::new(), open: None };
        if first_asset > 0 {
            let tally = Tally::empty(self.extent());
            partial.open = Some(OpenShard { shard: first_asset / SHARD, n_assets: 0, tally });
        }
        Ok(partial)
    }

    /// The averages over blocks of assets that come one after the other, such as files or row groups:
    /// no more than one block is in memory.
    ///
    /// # Errors
    ///
    /// That of a block; else as [`extend`](Self::extend) and [`finish`](Self::finish).
    pub fn run_chunks(
        &self,
        blocks: impl IntoIterator<Item = Result<(ReturnPanel, ResponseDates)>>,
    ) -> Result<Accumulated> {
        let mut partial = self.start(0)?;
        for block in blocks {
            let (returns, responses) = block?;
            self.extend(&mut partial, &returns, &responses)?;
        }
        self.finish(&partial)
    }

    /// Adds the assets of a block after those that are in `partial` already.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] where the dates are not those of the factors, or `responses` is
    /// of another number of assets; [`Error::Setting`] for a part of another run or with a gap, for
    /// returns that are compounded in another way than the factors, and for an event date that is
    /// not among those of the run.
    pub fn extend(
        &self,
        partial: &mut Partial,
        returns: &ReturnPanel,
        responses: &ResponseDates,
    ) -> Result<()> {
        self.check(partial, returns, responses)?;
        let places = self.places_of(responses)?;
        for pieces in pieces(partial.next_asset(), returns.n_assets()).chunks(AT_ONCE) {
            let starts = self.opened(partial, pieces);
            let work: Vec<(&Piece, Tally)> = pieces.iter().zip(starts).collect();
            let tallies = parallel::map_each(work, |(piece, mut tally)| {
                let block = Block { returns, responses, places: &places, piece };
                self.kernel.add(block, &mut tally, None);
                tally
            });
            Self::close(partial, pieces, tallies);
        }
        Ok(())
    }

    /// As [`extend`](Self::extend), and keeps the ARs, CARs and SCARs of the block.
    ///
    /// # Errors
    ///
    /// As [`extend`](Self::extend).
    pub fn extend_keeping(
        &self,
        partial: &mut Partial,
        returns: &ReturnPanel,
        responses: &ResponseDates,
    ) -> Result<ResponseTable> {
        self.check(partial, returns, responses)?;
        let places = self.places_of(responses)?;
        let mut table = ResponseTable::empty(
            responses.n_responses(),
            self.kernel.path(),
            self.design.windows().len(),
        );
        let pieces = pieces(partial.next_asset(), returns.n_assets());
        let mut rows = table.rows(pieces.iter().map(|piece| {
            responses.first_of(piece.of_block.end) - responses.first_of(piece.of_block.start)
        }));
        for pieces in pieces.chunks(AT_ONCE) {
            let starts = self.opened(partial, pieces);
            let of_pieces = rows.drain(..pieces.len());
            let work: Vec<(&Piece, Tally, Rows<'_>)> =
                pieces.iter().zip(starts).zip(of_pieces).map(|((p, t), r)| (p, t, r)).collect();
            let tallies = parallel::map_each(work, |(piece, mut tally, mut rows)| {
                let block = Block { returns, responses, places: &places, piece };
                self.kernel.add(block, &mut tally, Some(&mut rows));
                tally
            });
            Self::close(partial, pieces, tallies);
        }
        drop(rows);
        Ok(table)
    }

    /// The averages over all assets.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] where the part is of another run, is empty, or lacks assets before its
    /// last one.
    pub fn finish(&self, partial: &Partial) -> Result<Accumulated> {
        self.check_run(partial)?;
        let ranges = partial.assets();
        let whole = matches!(&ranges[..], [Range { start: 0, end }] if *end > 0);
        let (Some(total), true) = (partial.total(), whole) else {
            return Err(Error::Setting {
                name: "partial result",
                value: format!("of the assets {ranges:?}"),
                expected: "all assets from 0 on",
            });
        };
        let (first_tau, mut path_n) = (self.kernel.path().0, total.path_n.clone());
        self.kernel.count_complete(&total.complete, &mut path_n);
        let at = |k: usize| i32::try_from(first_tau + k.cast_signed()).ok();
        let path = total.path.iter().zip(&path_n).enumerate();
        let path = path
            .filter(|(_, (_, n))| **n > 0)
            .filter_map(|(k, (sum, n))| {
                let value = sum / *n as f64;
                Some(AccumulatedAar { tau: at(k)?, value, n_responses: *n })
            })
            .collect();
        let windows = self.design.windows().iter().zip(&total.windows).zip(&self.rows);
        let windows = windows
            .map(|((window, tally), rows)| {
                AccumulatedWindow::of(*window, tally, rows, total.residuals.as_ref())
            })
            .collect();
        Ok(Accumulated {
            n_assets: partial.n_assets(),
            n_fitted: total.n_fitted,
            exclusions: self.kernel.exclusions().to_vec(),
            excluded: total.excluded,
            path,
            windows,
        })
    }

    pub(super) fn run_name(&self) -> String {
        let residuals = if self.with_residuals { "with" } else { "without" };
        format!("{} {residuals} correlation", self.run)
    }

    pub(super) fn extent(&self) -> Extent {
        Extent {
            n_rows: self.axis.len(),
            n_places: self.dates.len(),
            n_taus: self.kernel.path().1,
            n_windows: self.design.windows().len(),
            with_residuals: self.with_residuals,
        }
    }

    /// Positions among the dates of this run.
    fn places_of(&self, responses: &ResponseDates) -> Result<Vec<u32>> {
        let of = |date: &NaiveDate| {
            let place = self.dates.binary_search(date).ok().and_then(|p| u32::try_from(p).ok());
            place.ok_or_else(|| Error::Setting {
                name: "event date",
                value: date.to_string(),
                expected: "one of the dates of the run",
            })
        };
        responses.dates().iter().map(of).collect()
    }

    /// The sums that the pieces add to: those of the open shard, or none.
    fn opened(&self, partial: &mut Partial, pieces: &[Piece]) -> Vec<Tally> {
        let of = |piece: &Piece| match partial.open.take_if(|open| open.shard == piece.shard) {
            Some(open) => open.tally,
            None => Tally::empty(self.extent()),
        };
        pieces.iter().map(of).collect()
    }

    fn close(partial: &mut Partial, pieces: &[Piece], tallies: Vec<Tally>) {
        for (piece, tally) in pieces.iter().zip(tallies) {
            let n_assets = piece.first_asset + piece.of_block.len() - piece.shard * SHARD;
            if n_assets == SHARD {
                partial.insert(Node { first_shard: piece.shard, n_shards: 1, tally });
            } else {
                partial.open = Some(OpenShard { shard: piece.shard, n_assets, tally });
            }
        }
    }
}

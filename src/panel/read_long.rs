//! Price panels from long files: a row per date and asset, in any order.

use chrono::NaiveDate;
use ndarray::Array2;

use super::csv_source::CsvSource;
use super::interned::Interned;
use super::read_csv::PRICE_COLUMNS;
use super::{CsvOptions, PricePanel};
use crate::time::DateAxis;
use crate::{Error, Result};

/// Stands where an asset has no row; prices are above zero, and a row without a price is NaN.
const NO_ROW: f64 = -1.0;

pub(super) fn read_long(
    mut source: CsvSource,
    asset_column: usize,
    options: &CsvOptions,
) -> Result<PricePanel> {
    let date_column = source.column("date")?;
    let price_column = match &options.price_column {
        Some(name) => source.column(name)?,
        None => PRICE_COLUMNS
            .iter()
            .find_map(|name| source.find_column(name))
            .map_or_else(|| source.column("close"), Ok)?,
    };
    let wanted = options.assets.as_deref();
    let mut dates = Interned::<NaiveDate>::default();
    let mut names = Interned::<String>::default();
    // Of each asset its prices by the numbers of the dates; `None` where it is passed over.
    let mut prices: Vec<Option<Vec<f64>>> = Vec::new();
    while source.advance()? {
        let date = source.date(date_column)?;
        let date_number = dates.number(&date);
        let name = source.text(asset_column);
        if name.is_empty() {
            return Err(source.fault(asset_column, "the name of an asset"));
        }
        let asset = names.number(name);
        if asset == prices.len() {
            let is_wanted = wanted.is_none_or(|all| all.iter().any(|w| w == name));
            prices.push(is_wanted.then(Vec::new));
        }
        let Some(of_asset) = &mut prices[asset] else { continue };
        let price = source.price(price_column)?.unwrap_or(f64::NAN);
        if of_asset.len() <= date_number {
            of_asset.resize(date_number + 1, NO_ROW);
        }
        if is_row(of_asset[date_number]) {
            return Err(twice(&source, options, (date_column, date), (asset_column, name))?);
        }
        of_asset[date_number] = price;
    }
    let order = match wanted {
        None => (0..prices.len()).collect(),
        Some(wanted) => chosen(wanted, &names, &prices)?,
    };
    if order.is_empty() {
        return Err(Error::EmptyAxis);
    }
    // Dates of assets that were passed over are dates of the file all the same.
    let mut by_date: Vec<usize> = (0..dates.values().len()).collect();
    by_date.sort_unstable_by_key(|number| dates.values()[*number]);
    let axis = DateAxis::new(by_date.iter().map(|number| dates.values()[*number]).collect())?;
    let mut rows = vec![0; by_date.len()];
    for (row, &number) in by_date.iter().enumerate() {
        rows[number] = row;
    }
    let mut values = Array2::from_elem((order.len(), axis.len()), f64::NAN);
    for (mut cells, &asset) in values.rows_mut().into_iter().zip(&order) {
        for (&price, &row) in prices[asset].take().iter().flatten().zip(&rows) {
            if is_row(price) {
                cells[row] = price;
            }
        }
    }
    let names = order.into_iter().map(|asset| names.values()[asset].clone()).collect();
    PricePanel::from_valid(axis, names, values)
}

fn is_row(price: f64) -> bool {
    price.is_nan() || price > 0.0
}

/// Numbers of the assets that were asked for, in that order.
fn chosen(
    wanted: &[String],
    names: &Interned<String>,
    prices: &[Option<Vec<f64>>],
) -> Result<Vec<usize>> {
    let mut order = Vec::with_capacity(wanted.len());
    for name in wanted {
        let Some(asset) = names.find(name) else {
            let (mut known, mut others) = (Vec::new(), Vec::new());
            for (name, prices) in names.values().iter().zip(prices) {
                if prices.is_some() { &mut known } else { &mut others }.push(name.clone());
            }
            others.sort_unstable();
            known.append(&mut others);
            return Err(Error::UnknownAsset { name: name.clone(), known });
        };
        order.push(asset);
    }
    Ok(order)
}

/// The error for the current row, whose date and asset are there already. Lines are not kept for
/// this: the file is read again up to the first of the two.
fn twice(
    source: &CsvSource,
    options: &CsvOptions,
    (date_column, date): (usize, NaiveDate),
    (asset_column, name): (usize, &str),
) -> Result<Error> {
    let mut first = CsvSource::open(source.path(), options)?;
    while first.advance()? {
        if first.text(asset_column) == name && first.date(date_column)? == date {
            break;
        }
    }
    Ok(Error::DuplicateRow {
        path: source.path().to_owned(),
        line: source.line(),
        first_line: first.line(),
        key: format!("{date} of `{name}`"),
    })
}

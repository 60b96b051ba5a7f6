//! Reading prices, beside the records alone.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use chrono::NaiveDate;
use eventstudy::panel::PricePanel;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::time_on_one;

const N_ASSETS: usize = 2_000;
const N_DATES: usize = 2_500;

/// Five million prices, as a column per asset and as a row per price.
pub fn run() {
    let folder = std::env::temp_dir().join(format!("eventstudy-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (wide, long) = (folder.join("wide.csv"), folder.join("long.csv"));
    write(&wide, &long).unwrap();
    for (form, path) in [("wide", &wide), ("long", &long)] {
        time_on_one(&format!("{N_ASSETS}x{N_DATES} prices, {form} CSV, records alone"), 3, || {
            records(path)
        });
        time_on_one(&format!("{N_ASSETS}x{N_DATES} prices, {form} CSV, prices parsed"), 3, || {
            parsed(path, if form == "wide" { 1 } else { 2 })
        });
        time_on_one(&format!("{N_ASSETS}x{N_DATES} prices, {form} CSV, checked panel"), 3, || {
            let panel = PricePanel::from_csv_path(path).unwrap();
            assert_eq!((panel.n_assets(), panel.axis().len()), (N_ASSETS, N_DATES));
            panel
        });
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Number of fields.
fn records(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut record = csv::ByteRecord::new();
    let mut n = 0;
    while reader.read_byte_record(&mut record).unwrap() {
        n += record.len();
    }
    n
}

/// Sum of the numbers from a column on.
fn parsed(path: &Path, from: usize) -> f64 {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut record = csv::ByteRecord::new();
    let mut sum = 0.0;
    while reader.read_byte_record(&mut record).unwrap() {
        for field in record.iter().skip(from) {
            sum += std::str::from_utf8(field).unwrap().parse::<f64>().unwrap();
        }
    }
    sum
}

fn write(wide: &Path, long: &Path) -> std::io::Result<()> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    let mut wide = BufWriter::new(File::create(wide)?);
    let mut long = BufWriter::new(File::create(long)?);
    let first = NaiveDate::from_ymd_opt(2015, 1, 1).unwrap();
    write!(wide, "date")?;
    for asset in 0..N_ASSETS {
        write!(wide, ",a{asset}")?;
    }
    writeln!(wide)?;
    writeln!(long, "date,asset,close")?;
    for date in first.iter_days().take(N_DATES) {
        write!(wide, "{date}")?;
        for asset in 0..N_ASSETS {
            let price = 1.0 + 99.0 * rng.random::<f64>();
            write!(wide, ",{price:.4}")?;
            writeln!(long, "{date},a{asset},{price:.4}")?;
        }
        writeln!(wide)?;
    }
    wide.flush()?;
    long.flush()
}

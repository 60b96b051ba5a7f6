//! How time grows with assets, events, rows, and replicates: a table, slopes on logarithmic scales, and
//! with the feature `plot` a chart.

use std::time::Instant;

use eventstudy::abnormal::Accumulator;
use eventstudy::models::MarketModel;
use eventstudy::resampling::{SeriesBootstrap, SeriesScheme};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::shapes::{FACTORS, PEERS, Shape};

/// Seconds by size of one quantity, the others held.
struct Growth {
    of: &'static str,
    held: &'static str,
    points: Vec<(usize, f64)>,
}

/// Prints, and draws `docs/scaling.svg` where charts are built in.
pub fn run() {
    let growths = eventstudy::with_threads(1, || {
        [
            Growth {
                of: "assets",
                held: "2,500 rows, 20 events each, on one thread",
                points: points(&[100, 300, 1_000, 3_000, 10_000], |n_assets| {
                    study(Shape { n_assets, ..PEERS })
                }),
            },
            Growth {
                of: "events of an asset",
                held: "1,000 assets of 2,500 rows",
                points: points(&[1, 3, 10, 30, 100, 300], |n_events| {
                    study(Shape { n_events, ..PEERS })
                }),
            },
            Growth {
                of: "rows",
                held: "300 assets, 20 events each",
                points: points(&[1_000, 3_000, 10_000, 30_000, 100_000], |n_dates| {
                    study(Shape { n_assets: 300, n_dates, ..PEERS })
                }),
            },
            Growth {
                of: "replicates",
                held: "stationary bootstrap of the mean of 250 rows, blocks of 10",
                points: points(&[1_000, 3_000, 10_000, 30_000, 100_000], stationary),
            },
        ]
    })
    .unwrap();
    for growth in &growths {
        println!("\n{} ({})", growth.of, growth.held);
        for (n, seconds) in &growth.points {
            println!("  {n:>8} {seconds:12.6} s");
        }
        let (all, last) = (slope(&growth.points), slope(&growth.points[growth.points.len() - 2..]));
        println!("  slope {all:.2}, between the last two {last:.2}");
    }
    #[cfg(feature = "plot")]
    chart::draw(&growths);
}

/// The least of five timings at each size.
fn points(sizes: &[usize], at: impl Fn(usize) -> Box<dyn Fn()>) -> Vec<(usize, f64)> {
    let time = |n: &usize| {
        let task = at(*n);
        task();
        let seconds = (0..5).map(|_| {
            let start = Instant::now();
            task();
            start.elapsed().as_secs_f64()
        });
        (*n, seconds.fold(f64::INFINITY, f64::min))
    };
    sizes.iter().map(time).collect()
}

fn study(shape: Shape) -> Box<dyn Fn()> {
    let world = shape.world(false);
    let dates = world.responses.dates().to_vec();
    let model = MarketModel::on(FACTORS[0]);
    let run = Accumulator::new(&world.factors, &model, shape.design(), dates).unwrap();
    Box::new(move || {
        let mut partial = run.start(0).unwrap();
        run.extend(&mut partial, &world.returns, &world.responses).unwrap();
        std::hint::black_box(partial);
    })
}

fn stationary(n_replicates: usize) -> Box<dyn Fn()> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    let x: Vec<f64> = (0..250).map(|_| rng.random::<f64>() - 0.5).collect();
    let scheme = SeriesScheme::Stationary { mean_block_length: 10.0 };
    let bootstrap = SeriesBootstrap::new(scheme).unwrap().replicates(n_replicates);
    Box::new(move || {
        std::hint::black_box(bootstrap.run_mean(&x).unwrap());
    })
}

/// Of a least-squares line through the logarithms.
fn slope(points: &[(usize, f64)]) -> f64 {
    let logs = points.iter().map(|(n, seconds)| ((*n as f64).ln(), seconds.ln()));
    let n = points.len() as f64;
    let (x, y) = logs.clone().fold((0.0, 0.0), |(x, y), (a, b)| (x + a / n, y + b / n));
    let (xy, xx) =
        logs.fold((0.0, 0.0), |(xy, xx), (a, b)| (xy + (a - x) * (b - y), xx + (a - x).powi(2)));
    xy / xx
}

#[cfg(feature = "plot")]
mod chart {
    use plotters::prelude::*;

    use super::{Growth, slope};

    const COLOURS: [RGBColor; 4] = [
        RGBColor(0x1f, 0x5f, 0xa8),
        RGBColor(0xc2, 0x4a, 0x1b),
        RGBColor(0x2d, 0x7d, 0x46),
        RGBColor(0x6b, 0x3f, 0x91),
    ];

    pub(super) fn draw(growths: &[Growth]) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scaling.svg");
        let area = SVGBackend::new(path, (860, 520)).into_drawing_area();
        area.fill(&WHITE).unwrap();
        let mut chart = ChartBuilder::on(&area)
            .margin(18)
            .caption("Time by size, both on logarithmic scales", ("sans-serif", 20))
            .x_label_area_size(48)
            .y_label_area_size(76)
            .build_cartesian_2d((1.0..150_000.0_f64).log_scale(), (1e-4..1.0_f64).log_scale())
            .unwrap();
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(0xdd, 0xdd, 0xdd))
            .x_desc("assets, events, rows, replicates")
            .y_desc("seconds, one thread")
            .x_label_formatter(&|n| format!("{n}"))
            .y_label_formatter(&|s| format!("{s}"))
            .label_style(("sans-serif", 14))
            .draw()
            .unwrap();
        for (growth, colour) in growths.iter().zip(COLOURS) {
            let points = growth.points.iter().map(|(n, seconds)| (*n as f64, *seconds));
            let label = format!("{}, slope {:.2}", growth.of, slope(&growth.points));
            chart
                .draw_series([PathElement::new(
                    points.clone().collect::<Vec<_>>(),
                    colour.stroke_width(2),
                )])
                .unwrap()
                .label(label)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 22, y)], colour.stroke_width(2))
                });
            chart.draw_series(points.map(|point| Circle::new(point, 4, colour.filled()))).unwrap();
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.9))
            .border_style(RGBColor(0xaa, 0xaa, 0xaa))
            .label_font(("sans-serif", 14))
            .draw()
            .unwrap();
        area.present().unwrap();
        println!("\nwritten to docs/scaling.svg");
    }
}

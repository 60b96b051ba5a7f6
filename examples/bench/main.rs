//! Speed at the sizes of large universes: one line per task, with the least and the median time.
//!
//! ```text
//! cargo run --release --example bench [-- SECTION …]
//! ```
//!
//! Sections: `es`, `panel`, `tall`, `boot`, `caar`, `placebo`, `curve`, `read`; and by name alone
//! `memory`, the peak of a large run, and `scaling`, how time grows with size. `page FOLDER` prints the
//! table of docs/performance.md from the outputs in a folder. Data are made up, every task goes through
//! the public interface, and each is timed on one thread and on two.
#![allow(unreachable_pub, clippy::unwrap_used)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod kernels;
mod memory;
mod page;
mod reading;
mod resamples;
mod scaling;
#[allow(dead_code)] // the benches use the rest
#[path = "../../benches/shapes/mod.rs"]
mod shapes;
mod studies;
mod universe;

use std::time::Instant;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [kernel, name, n_times] = &wanted[..]
        && kernel == "kernel"
    {
        return kernels::run(name, n_times.parse().unwrap());
    }
    if let [page, folder] = &wanted[..]
        && page == "page"
    {
        if let Err(fault) = page::print(folder.as_ref()) {
            eprintln!("error: {fault}");
            std::process::exit(2);
        }
        return;
    }
    let on = |section: &str| wanted.is_empty() || wanted.iter().any(|name| name == section);
    if on("es") {
        universe::peers();
    }
    if on("panel") {
        universe::large();
    }
    if on("tall") {
        universe::tall();
    }
    if on("boot") {
        resamples::series();
    }
    if on("caar") {
        resamples::responses();
    }
    if on("placebo") {
        studies::sets();
        studies::placebo();
    }
    if on("curve") {
        studies::curve();
    }
    if on("read") {
        reading::run();
    }
    if wanted.iter().any(|name| name == "memory") {
        memory::run();
    }
    if wanted.iter().any(|name| name == "scaling") {
        scaling::run();
    }
}

/// Runs `task` once to warm up and `n` times more, on one thread and on two.
fn time<T: Send>(name: &str, n: usize, task: impl Fn() -> T + Sync + Send) {
    for threads in [1, 2] {
        time_on(threads, name, n, &task);
    }
}

/// As [`time`], for what one thread does.
fn time_on_one<T: Send>(name: &str, n: usize, task: impl Fn() -> T + Sync + Send) {
    time_on(1, name, n, &task);
}

fn time_on<T: Send>(threads: usize, name: &str, n: usize, task: &(impl Fn() -> T + Sync + Send)) {
    let mut seconds: Vec<f64> = eventstudy::with_threads(threads, || {
        drop(task());
        let timed = |_| {
            let start = Instant::now();
            let result = task();
            let seconds = start.elapsed().as_secs_f64();
            drop(result);
            seconds
        };
        (0..n).map(timed).collect()
    })
    .unwrap();
    seconds.sort_by(f64::total_cmp);
    let name = format!("{name}, {threads} thr");
    println!("{name:<70} min {:9.4} med {:9.4} s", seconds[0], seconds[n / 2]);
}

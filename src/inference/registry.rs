//! All tests over responses by name.

use super::{
    Bmp, BrownWarner1980, BrownWarner1985, Card, CorradoRank, CorradoZivney, CrossSectionalT,
    CumulativeRank, GeneralisedSign, Grank, KolariPynnonen, Lamb, PatellZ, Sign, SignFlipResponses,
    SignificanceTest, SkewnessAdjustedCar, Standardisation, Wilcoxon,
};
use crate::{Error, Result};

/// A test in its default form, with its name.
#[derive(Debug, Clone, Copy)]
pub struct RegisteredTest {
    id: &'static str,
    build: fn() -> Box<dyn SignificanceTest>,
}

impl RegisteredTest {
    /// Its name in kebab case, [`Card::id`].
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Its card.
    pub fn card(&self) -> Card {
        (self.build)().card()
    }

    /// The test.
    pub fn build(&self) -> Box<dyn SignificanceTest> {
        (self.build)()
    }
}

const SCAR: Standardisation = Standardisation::Scar;
const CSAR: Standardisation = Standardisation::Csar;

static REGISTRY: &[RegisteredTest] = &[
    test("cross-sectional-t", || Box::new(CrossSectionalT)),
    test("brown-warner-1980", || Box::new(BrownWarner1980)),
    test("brown-warner-1985", || Box::new(BrownWarner1985)),
    test("lamb", || Box::new(Lamb)),
    test("patell-z", || Box::new(PatellZ { form: SCAR })),
    test("patell-z-csar", || Box::new(PatellZ { form: CSAR })),
    test("bmp", || Box::new(Bmp { form: SCAR })),
    test("bmp-csar", || Box::new(Bmp { form: CSAR })),
    test("kolari-pynnonen-patell", || Box::new(KolariPynnonen::adjusted_patell(SCAR))),
    test("kolari-pynnonen-patell-csar", || Box::new(KolariPynnonen::adjusted_patell(CSAR))),
    test("kolari-pynnonen-bmp", || Box::new(KolariPynnonen::adjusted_bmp(SCAR))),
    test("kolari-pynnonen-bmp-csar", || Box::new(KolariPynnonen::adjusted_bmp(CSAR))),
    test("sign", || Box::new(Sign)),
    test("generalised-sign", || Box::new(GeneralisedSign::default())),
    test("generalised-sign-pooled", || Box::new(GeneralisedSign::pooled())),
    test("wilcoxon", || Box::new(Wilcoxon::default())),
    test("wilcoxon-normal", || Box::new(Wilcoxon::normal())),
    test("corrado-rank", || Box::new(CorradoRank)),
    test("corrado-zivney-rank", || Box::new(CorradoZivney::rank())),
    test("corrado-zivney-sign", || Box::new(CorradoZivney::sign())),
    test("cumulative-rank", || Box::new(CumulativeRank)),
    test("grank-t", || Box::new(Grank::t())),
    test("grank-z", || Box::new(Grank::z())),
    test("grank-t-kp", || Box::new(Grank::t().with_kp_factor())),
    test("grank-z-kp", || Box::new(Grank::z().with_kp_factor())),
    test("skewness-johnson", || Box::new(SkewnessAdjustedCar::johnson())),
    test("skewness-hall", || Box::new(SkewnessAdjustedCar::hall())),
    test("sign-flip-responses", || Box::new(SignFlipResponses::new())),
];

const fn test(id: &'static str, build: fn() -> Box<dyn SignificanceTest>) -> RegisteredTest {
    RegisteredTest { id, build }
}

/// Every test of this module, in the order of reports.
///
/// ```
/// use eventstudy::inference::registry;
///
/// for test in registry() {
///     println!("{}: {}, {}", test.id(), test.card().name, test.card().reference);
/// }
/// ```
pub fn registry() -> &'static [RegisteredTest] {
    REGISTRY
}

/// Every test of this module in its default form, in the order of reports.
pub fn all_tests() -> Vec<Box<dyn SignificanceTest>> {
    REGISTRY.iter().map(RegisteredTest::build).collect()
}

/// The tests of these names, in the order of the names.
///
/// # Errors
///
/// [`Error::UnknownTest`] with all names that there are.
///
/// ```
/// use eventstudy::inference::tests_named;
///
/// let tests = tests_named(&["bmp", "grank-t"])?;
/// assert_eq!(tests[1].card().name, "GRANK-T");
/// # Ok::<(), eventstudy::Error>(())
/// ```
pub fn tests_named(names: &[&str]) -> Result<Vec<Box<dyn SignificanceTest>>> {
    let find = |name: &&str| {
        let found = REGISTRY.iter().find(|test| test.id == *name);
        found.map(RegisteredTest::build).ok_or_else(|| Error::UnknownTest {
            name: (*name).to_owned(),
            known: REGISTRY.iter().map(RegisteredTest::id).collect(),
        })
    };
    names.iter().map(find).collect()
}

//! What the registry says of the models.

use super::GarchModel;
use crate::models::ModelCard;

const GARCH: ModelCard = ModelCard {
    id: "garch",
    name: "market model with GARCH(1,1) errors",
    formula: "alpha + sum of beta * factor, jointly with a conditional variance, maximum likelihood",
    parameters: &["benchmark", "factors", "errors", "forecast"],
    feature: Some("garch"),
    reference: "Bollerslev 1986, Journal of Econometrics 31, 307-327",
    doi: Some("10.1016/0304-4076(86)90063-1"),
};

const GJR: ModelCard = ModelCard {
    id: "gjr",
    name: "market model with GJR(1,1,1) errors",
    reference: "Glosten, Jagannathan and Runkle 1993, Journal of Finance 48, 1779-1801",
    doi: Some("10.1111/j.1540-6261.1993.tb05128.x"),
    ..GARCH
};

const EGARCH: ModelCard = ModelCard {
    id: "egarch",
    name: "market model with EGARCH(1,1) errors",
    reference: "Nelson 1991, Econometrica 59, 347-370",
    doi: Some("10.2307/2938260"),
    ..GARCH
};

impl GarchModel {
    /// Its cards, one for each conditional variance.
    pub(in crate::models) const CARDS: [&ModelCard; 3] = [&GARCH, &GJR, &EGARCH];
}

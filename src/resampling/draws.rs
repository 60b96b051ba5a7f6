//! The two settings of everything that is drawn at random: how many draws, and from which seed.

/// The setters of the number of draws and of the seed of a builder.
macro_rules! draws {
    ($builder:ty: $count:ident -> $field:ident, $what:literal, $seed:literal) => {
        impl $builder {
            #[doc = $what]
            #[must_use]
            pub fn $count(mut self, $field: usize) -> Self {
                self.$field = $field;
                self
            }

            #[doc = $seed]
            #[must_use]
            pub fn seed(mut self, seed: u64) -> Self {
                self.seed = seed;
                self
            }
        }
    };
}

pub(crate) use draws;

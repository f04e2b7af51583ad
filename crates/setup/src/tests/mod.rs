mod documents;
mod views;
mod world;

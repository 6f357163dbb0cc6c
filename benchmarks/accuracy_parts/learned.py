"""Plain LightGBM: one regressor, default parameters, recency, frequency and money, the last completed window."""

import numpy as np
from lightgbm import Dataset, train

from accuracy_parts.history import CustomerDays, Floats, Known, known_on, training_window


def features(known: Known) -> Floats:
    """Days since the last purchase, purchase days, total, mean per purchase day, age in days; shape (customers, 5)."""
    mean = known.total / np.maximum(known.purchases, 1)
    return np.column_stack([known.days_since_last, known.purchases, known.total, mean, known.age_days]).astype(float)


def lightgbm_forecast(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Money per customer, shape (customers,). What the regressor says is kept, below zero too."""
    window = training_window(days, cut, horizon_days)
    before, now = known_on(days, window.start), known_on(days, cut)
    target = days.brought(window.start, window.end)
    rows = Dataset(features(before)[before.is_customer], target[before.is_customer])
    model = train({"objective": "regression", "seed": 1, "num_threads": 1, "verbosity": -1}, rows)
    said = np.asarray(model.predict(features(now)), dtype=np.float64) * window.scale
    return np.where(now.is_customer, said, 0.0)

"""What current customers and those still to come are worth: customer equity (Rust, Lemon and Zeithaml 2004).

``season.py``: how the year breathes. ``current.py``: what today's customers bring month by month. ``newcomer.py``: what a newcomer brings
by age. ``fading.py``: how far the model's fading may be off. ``futures.py``: both together, in draws. ``keeping.py``: the plain rule
beside them. ``write.py``: the table.
"""

"""An application that is slow to import, for the measurements of preloading."""

import django.db.models
import pandas
import rq
import sqlalchemy.orm

LIBRARIES = (django, pandas, sqlalchemy)


class AppWorker(rq.Worker):
    """What users do so that each worker, and not each job, imports the application."""


def tiny():
    """A job that takes no time."""

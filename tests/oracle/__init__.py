"""An independent recomputation of the targets of the work plan from the lake, in plain Polars, without dbt or its macros."""

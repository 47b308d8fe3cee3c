{{ attainment_rows() }}

DROP TABLE view_defaults;
DROP TABLE views;

DROP TABLE subscription_figures;
